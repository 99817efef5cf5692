import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { jsonLine } from '../output/json.js';
import type { Execution } from './Execution.js';
import { folderCommand } from './options.js';

const acceptLossCommand = ({ world, execute, acceptLoss }: Execution): CommandUnknownOpts =>
  folderCommand('accept-loss', 'Lets a log go on that ends before what it acknowledged (an older copy of its file): what came after is lost.').action(
    (options) =>
      execute(
        pipe(
          acceptLoss(options),
          TE.flatMap(({ end, acknowledged }) =>
            TE.fromTask(() =>
              world.write(
                options.json === true
                  ? jsonLine({ end: String(end), acknowledged: String(acknowledged) })
                  : acknowledged > end
                    ? `The log goes on at position ${String(end)}. What was acknowledged from ${String(end + 1)} to ${String(acknowledged)} is lost.\n`
                    : `Nothing is lost: the log ends at position ${String(end)}, and nothing beyond it was acknowledged.\n`,
              ),
            ),
          ),
        ),
        options.json === true,
      ),
  );

/** `store accept-loss`, on the files of the embedded log. */
export const storeCommand = (execution: Execution): CommandUnknownOpts => {
  const command = new Command('store').description('The files of the embedded log, while no server runs on them.');
  for (const define of [acceptLossCommand]) command.addCommand(define(execution));
  return command;
};
