import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { jsonLine } from '../output/json.js';
import { printable } from '../output/printable.js';
import { refusal } from '../Refusal.js';
import type { Execution, Finding } from './Execution.js';

const line = ({ severity, code, message }: Finding): string => `${severity.padEnd(7)}  ${printable(message)} (${code})\n`;

/** `doctor` */
export const doctorCommand = ({ world, execute, diagnose }: Execution): CommandUnknownOpts =>
  new Command('doctor')
    .description('Looks for what is wrong with the log, the rights on it, the data folder and the projection; changes nothing.')
    .option('--dir <folder>', 'data folder (default: ACCOUNT_DATA_DIR, store.path of the configuration, or ./data)')
    .option('--config <file>', 'configuration (default: ACCOUNT_DATA_CONFIG, or ./account-data.yaml if it is there)')
    .option('--json', 'one JSON object a line')
    .action((options) =>
      execute(async () => {
        const found = await diagnose(options)();
        if (E.isLeft(found)) return found;
        for (const finding of found.right) {
          const { severity, code, message } = finding;
          await world.write(options.json === true ? jsonLine({ severity, code, message }) : line(finding));
        }
        const errors = found.right.filter(({ severity }) => severity === 'error').length;
        return errors === 0
          ? E.right(undefined)
          : E.left(refusal('doctor_found_errors', `A server can't work with this: ${errors === 1 ? 'one error' : `${String(errors)} errors`}.`));
      }, options.json === true),
    );
