import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { printable } from '../output/printable.js';
import { refusal } from '../Refusal.js';
import type { AcceptedLoss, CompactedLog, Execution, LogScrub } from './Execution.js';
import { givenFileIfAny } from './givenFile.js';
import { ifInterrupted } from './ifInterrupted.js';
import { folderCommand } from './options.js';
import { backupCommand, putBackCommand, salvageCommand } from './storeCopies.js';

const lossForm: RowForm<AcceptedLoss> = {
  json: ({ end, acknowledged }) => ({ end: String(end), acknowledged: String(acknowledged) }),
  text: ({ end, acknowledged }) =>
    acknowledged > end
      ? `The log goes on at position ${String(end)}. What was acknowledged from ${String(end + 1)} to ${String(acknowledged)} is lost.\n`
      : `Nothing is lost: the log ends at position ${String(end)}, and nothing beyond it was acknowledged.\n`,
  columns: ['end', 'acknowledged'],
};

const acceptLossCommand = ({ world, execute, acceptLoss }: Execution): CommandUnknownOpts =>
  folderCommand('accept-loss', 'Lets a log go on that ends before what it acknowledged (an older copy of its file): what came after is lost.').action(
    (options) =>
      execute(
        pipe(
          acceptLoss(options),
          TE.flatMapTask((loss) => () => writeOne(world, options, lossForm, loss)),
        ),
        options.json === true,
      ),
  );

const compactForm = (format: '1' | '2'): RowForm<CompactedLog> => ({
  json: ({ entriesRemoved, bytesBefore, bytesAfter }) => ({ format: Number(format), entriesRemoved, bytesBefore, bytesAfter }),
  text: ({ entriesRemoved, bytesBefore, bytesAfter }) =>
    `The log was written anew in format ${format} without ${String(entriesRemoved)} entries (${String(bytesBefore)} bytes before, ${String(bytesAfter)} after).\n`,
  columns: ['format', 'entriesRemoved', 'bytesBefore', 'bytesAfter'],
});

const compactCommand = ({ world, execute, compact }: Execution): CommandUnknownOpts =>
  folderCommand('compact', 'Writes the log anew without what was deleted for good; while no server runs on it.')
    .addOption(new Option('--format <format>', 'of the new file: 1 is for going back to the version before this').choices(['1', '2'] as const).default('2' as const))
    .action(({ format, ...options }) =>
      execute(
        pipe(
          compact({ ...options, format: format === '1' ? 1 : 2 }),
          ifInterrupted('The log is as it was: run the same command again.'),
          TE.flatMapTask((compacted) => () => writeOne(world, options, compactForm(format), compacted)),
        ),
        options.json === true,
      ),
    );

const damageJson = ({ message, from, to }: LogScrub['damage'][number]): object => ({
  message,
  ...(from === undefined || to === undefined ? {} : { from: String(from), to: String(to) }),
});

const scrubForm: RowForm<LogScrub> = {
  json: ({ end, damage, erased }) => ({ end: String(end), damage: damage.map(damageJson), ...(erased === undefined ? {} : { erased }) }),
  text: ({ end, damage, erased }) =>
    (erased === undefined ? '' : `Erased again, as the list says: ${String(erased)}. The next start of the server removes what they had.\n`) +
    (damage.length === 0
      ? `The log is whole, up to position ${String(end)}.\n`
      : damage.map(({ message }) => `${printable(message)}\n`).join('')),
  columns: ['end', 'damage', 'erased'],
};

const scrubCommand = ({ world, execute, scrub }: Execution): CommandUnknownOpts =>
  folderCommand('scrub', 'Looks for damage in all of the log and its index, also beside a running server; changes nothing but what --apply-erasures says.')
    .option('--apply-erasures <file>', 'a list of erasures: users whom it names, and who are in the log, are erased again first')
    .action(({ applyErasures, ...options }) =>
    execute(
      pipe(
        givenFileIfAny(applyErasures, world),
        TE.flatMap((erasures) => scrub({ ...options, erasures })),
        ifInterrupted('Nothing is kept of what was looked at: run the same command again.'),
        TE.tapTask((found) => () => writeOne(world, options, scrubForm, found)),
        TE.flatMap(({ damage }) =>
          damage.length === 0
            ? TE.right(undefined)
            : TE.left(refusal('store_damaged', `The log is damaged in ${damage.length === 1 ? 'one place' : `${String(damage.length)} places`}. What is whole can be read. Put back the data folder from a backup or, where there is none, see what \`account-data store salvage\` can save.`)),
        ),
      ),
      options.json === true,
    ),
  );

/** `store`: what is done to the files of the embedded log. */
export const storeCommand = (execution: Execution): CommandUnknownOpts => {
  const command = new Command('store').description('The files of the embedded log.');
  for (const define of [backupCommand, putBackCommand, scrubCommand, salvageCommand, acceptLossCommand, compactCommand]) command.addCommand(define(execution));
  return command;
};
