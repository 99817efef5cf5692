import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { findingLine } from '../output/findingText.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import { refusal } from '../Refusal.js';
import type { Execution, Finding } from './Execution.js';
import { folderCommand } from './options.js';

const findingForm: RowForm<Finding> = {
  json: ({ severity, code, message }) => ({ severity, code, message }),
  text: findingLine,
  columns: ['severity', 'code', 'message'],
};

/** `doctor` */
export const doctorCommand = ({ world, execute, diagnose }: Execution): CommandUnknownOpts =>
  folderCommand('doctor', 'Looks for what is wrong with the log, the rights on it, the data folder, the projection, and a homeserver that is followed; changes nothing.')
    .action((options) =>
      execute(async () => {
        const found = await diagnose(options)();
        if (E.isLeft(found)) return found;
        if (world.stopped.aborted) return E.left(refusal('interrupted', 'Interrupted.', 'Nothing is changed by it: run it again.'));
        await writeRows(world, options, findingForm, found.right, undefined);
        const errors = found.right.filter(({ severity }) => severity === 'error').length;
        return errors === 0
          ? E.right(undefined)
          : E.left(refusal('doctor_found_errors', `A server can't work with this: ${errors === 1 ? 'one error' : `${String(errors)} errors`}.`));
      }, options.json === true),
    );
