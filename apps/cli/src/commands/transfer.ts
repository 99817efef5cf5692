import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, type ClientError, clientTask, type ImportResult } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import { type RecordSource, exportLines, refusedText } from '../output/refusedText.js';
import { isText, type OutputOptions, type RowForm, writeOne } from '../output/writeRows.js';
import { inBrackets, systemErrorOf } from '../systemError.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { givenFile } from './givenFile.js';
import { ifInterrupted } from './ifInterrupted.js';
import { placedCommand, targetCommand } from './options.js';
import { countedLines, withProgress } from './withProgress.js';
import type { World } from '../World.js';

/** `export`: all changes of a running server, or one user's, as lines of JSON on standard output. */
export const exportCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  placedCommand('export', 'Writes all changes, or one user\'s, as lines of JSON to standard output.')
    .option('--json', 'refusals as JSON, too')
    .option('--user <user>', 'only this user', parseUser)
    .option('--state-only', 'only what is current, without what was before')
    .action((options) =>
      execute(
        withServer(options, 'index', (client) => {
            const counted = countedLines(
              world,
              client.exportLog({
                ...(options.user === undefined ? {} : { userId: options.user }),
                ...(options.stateOnly === true ? { history: false } : {}),
              }),
              'records',
            );
            const write = clientTask(async () => {
              for await (const line of counted.lines) await world.write(`${line}\n`);
            });
            // On a terminal that shows the lines themselves, nothing else is shown.
            const run = world.terminal === undefined ? withProgress(world, 'Exporting', counted.look, write) : write;
            return pipe(run, ifInterrupted('What was written is not a whole export, and import refuses it: export again.'));
        }),
        options.json === true,
      ),
    );

interface ImportLinesOptions extends OutputOptions {
  readonly callbacks?: true;
  readonly dryRun?: true;
  /** Whether records that can't be imported are passed over and told, instead of the first one ending the import. */
  readonly passOver: boolean;
  readonly source: RecordSource;
  /** Bytes of all lines, where that is known. */
  readonly size?: number | undefined;
}

const formOf = ({ dryRun, source }: ImportLinesOptions): RowForm<ImportResult> => ({
  json: ({ position, refusals, ...counts }) => ({ ...counts, position, refusals: refusals.map(source.json) }),
  text: ({ imported, known, erased, refused }) =>
    `${dryRun === true ? 'Would import' : 'Imported'} ${String(imported)}, there already ${String(known)}, of erased users ${String(erased)}, refused ${String(refused)}.\n`,
  columns: ['imported', 'known', 'erased', 'refused', 'position'],
});

/** What was passed over goes to standard error, a line each. */
const tellRefused = ({ writeError }: World, { refused, refusals }: ImportResult, { source }: ImportLinesOptions): void => {
  for (const each of refusals) writeError(`Passed over: ${refusedText(source, each)} (${each.code})\n`);
  if (refused > refusals.length) writeError(`Passed over: ${String(refused - refusals.length)} more, which are not listed.\n`);
};

/** Sends lines of an export to a server and tells what became of them. */
export const importLines = (
  { world }: Execution,
  client: AccountDataClient,
  lines: AsyncIterable<string>,
  options: ImportLinesOptions,
): TE.TaskEither<ClientError | Refusal, void> => {
  const input: { failure?: unknown } = {};
  const counted = countedLines(world, notingFailure(lines, input), 'records', options.size);
  return pipe(
    withProgress(
      world,
      options.dryRun === true ? 'Checking' : 'Importing',
      counted.look,
      clientTask(() =>
        client.importLog(counted.lines, {
          callbacks: options.callbacks === true,
          dryRun: options.dryRun === true,
          passOver: options.passOver,
        }),
      ),
    ),
    ifInterrupted('What was read before is imported or not, as a whole or in part. Run the same command again to go on: what is there is passed over.'),
    TE.mapLeft((error): ClientError | Refusal => {
      if ('failure' in input) return unreadable(input.failure);
      const refused = error._tag === 'Refusal' ? undefined : error.problem?.refused;
      return refused === undefined
        ? error
        : refusal(error.code, refusedText(options.source, refused), 'What came before it is imported. What is there is passed over when it is imported again.');
    }),
    TE.flatMapTask((result) => () => {
      // Other formats hold them, but for tables.
      if (isText(options)) tellRefused(world, result, options);
      return writeOne(world, options, formOf(options), result);
    }),
  );
};

/** Notes what the lines fail with: to whoever sends them, it is a failed request as any other. */
async function* notingFailure(lines: AsyncIterable<string>, input: { failure?: unknown }): AsyncGenerator<string, void, void> {
  try {
    yield* lines;
  } catch (error) {
    input.failure = error;
    throw error;
  }
}

const unreadable = (failure: unknown): Refusal => {
  const error = systemErrorOf(failure);
  return refusal(
    'input_unreadable',
    `${printable(error.path ?? 'What is to be imported')} can't be read${inBrackets(error)}.`,
    'What was read before is imported or not, as a whole or in part: it is safe to import it again.',
  );
};

/** `import FILE|-`: brings an export into a running server; what is there already is passed over. */
export const importCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('import', 'Imports an export; what is there already is passed over, so that it can be run again.')
    .argument('<file>', 'the export, or - for standard input')
    .option('--callbacks', 'call modules for what is imported')
    .option('--dry-run', 'only check and count')
    .option('--pass-over', 'pass over records that can\'t be imported and name them, instead of ending at the first')
    .action((file, options) =>
      execution.execute(
        execution.withServer(options, 'import', (client) =>
          pipe(
            file === '-' ? TE.right<Refusal, string | undefined>(undefined) : givenFile(file, execution.world),
            TE.bindTo('path'),
            TE.bind('size', ({ path }) => TE.fromTask(async () => (path === undefined ? undefined : execution.world.sizeOf?.(path)))),
            TE.flatMap(({ path, size }) =>
              importLines(execution, client, execution.world.readLines(path), {
                ...options,
                size,
                passOver: options.passOver === true,
                source: exportLines,
              }),
            ),
          ),
        ),
        options.json === true,
      ),
    );
