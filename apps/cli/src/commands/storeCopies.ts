import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { printable } from '../output/printable.js';
import type { Execution, LogCopy, RestoredLog, SalvagedLog } from './Execution.js';
import { givenFile, givenFileIfAny } from './givenFile.js';
import { ifInterrupted } from './ifInterrupted.js';
import { folderCommand } from './options.js';

const copyForm = (to: string): RowForm<LogCopy> => ({
  json: ({ end }) => ({ end: String(end) }),
  text: ({ end }) => `The log was copied to ${printable(to)}, up to position ${String(end)}.\n`,
  columns: ['end'],
});

export const backupCommand = ({ world, execute, backUp }: Execution): CommandUnknownOpts =>
  folderCommand('backup', 'Copies the data folder as it is at one moment, also beside a running server, and checks all of it on the way.')
    .argument('<folder>', 'for the copy; not there yet, or empty')
    .action((to, options) =>
      execute(
        pipe(
          givenFile(to, world),
          TE.flatMap((folder) => backUp({ ...options, to: folder })),
          ifInterrupted('Nothing of the copy is left: run the same command again.'),
          TE.flatMapTask((copy) => () => writeOne(world, options, copyForm(to), copy)),
        ),
        options.json === true,
      ),
    );

const erasedText = (erased: number): string =>
  erased === 0
    ? ''
    : `${erased === 1 ? 'One user' : `${String(erased)} users`} whom the list of erasures names ${erased === 1 ? 'was' : 'were'} in it, and ${erased === 1 ? 'is' : 'are'} erased again; the next start of the server removes what ${erased === 1 ? 'that user' : 'they'} had.\n`;

const putBackForm: RowForm<RestoredLog> = {
  json: ({ end, erased }) => ({ end: String(end), erased }),
  text: ({ end, erased }) => `The log was put back, up to position ${String(end)}. Whoever has read further is told when the server runs.\n${erasedText(erased)}`,
  columns: ['end', 'erased'],
};

export const putBackCommand = ({ world, execute, putBack }: Execution): CommandUnknownOpts =>
  folderCommand('restore', 'Puts a backup back as the data folder, which must not be there yet; who was erased since is erased again before anybody reads it.')
    .argument('<backup>', 'what `store backup` wrote')
    .action((from, options) =>
      execute(
        pipe(
          givenFile(from, world),
          TE.flatMap((backup) => putBack({ ...options, from: backup })),
          ifInterrupted('Nothing was put back, and the backup is as it was: run the same command again.'),
          TE.flatMapTask((restored) => () => writeOne(world, options, putBackForm, restored)),
        ),
        options.json === true,
      ),
    );

const rangeText = (one: string, many: string, { from, to }: { readonly from: number; readonly to: number }): string =>
  from === to ? `${one} ${String(from)}` : `${many} ${String(from)} to ${String(to)}`;

const salvageText = ({ end, entries, lost, revisions }: SalvagedLog, to: string | undefined): string => {
  const left = `${String(entries)} entries are left, up to position ${String(end)}.\n`;
  const gone = lost.map((range) => `lost: ${rangeText('position', 'positions', range)}\n`).join('');
  const whose = revisions
    .map(({ stream, userId, ...range }) => `  ${userId === undefined ? 'of' : `of the user ${printable(userId)}, in`} ${printable(stream)}: ${rangeText('revision', 'revisions', range)}\n`)
    .join('');
  const where = to === undefined ? 'Nothing was written. Name a new data folder with --to.\n' : `They are in ${printable(to)}; the damaged folder is as it was.\n`;
  return `${gone}${whose}${lost.length === 0 ? 'Nothing is lost. ' : ''}${left}${where}`;
};

const textOfRange = ({ from, to }: { readonly from: number; readonly to: number }): { readonly from: string; readonly to: string } => ({ from: String(from), to: String(to) });

const salvageForm = (to: string | undefined): RowForm<SalvagedLog> => ({
  json: ({ end, entries, lost, revisions }) => ({
    end: String(end),
    entries,
    lost: lost.map(textOfRange),
    revisions: revisions.map(({ stream, userId, ...range }) => ({ stream, ...(userId === undefined ? {} : { user_id: userId }), ...textOfRange(range) })),
  }),
  text: (found) => salvageText(found, to),
  columns: ['end', 'entries', 'lost', 'revisions'],
});

export const salvageCommand = ({ world, execute, salvage }: Execution): CommandUnknownOpts =>
  folderCommand('salvage', 'Says what is lost of a damaged log, and with --to writes what is left into a data folder of its own; the damaged one is not touched.')
    .option('--to <folder>', 'a data folder that is not there yet, for what is left')
    .action(({ to, ...options }) =>
      execute(
        pipe(
          givenFileIfAny(to, world),
          TE.flatMap((folder) => salvage({ ...options, to: folder })),
          ifInterrupted('The damaged folder is as it was, and nothing of another one was left: run the same command again.'),
          TE.flatMapTask((found) => () => writeOne(world, options, salvageForm(to), found)),
        ),
        options.json === true,
      ),
    );
