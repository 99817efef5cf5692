import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { exportLog, importLog, queryOf } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type * as t from 'io-ts';
import type { Refusal } from '../Refusal.js';
import { type RecordSource, exportLines, refusedText } from '../output/refusedText.js';
import { decodeAnswer, type HttpServer } from '../target/server/HttpServer.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { givenFile } from './givenFile.js';
import { targetCommand } from './options.js';
import type { World } from '../World.js';

/** `export`: all changes of a running server, or one user's, as lines of JSON on standard output. */
export const exportCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('export', 'Writes all changes, or one user\'s, as lines of JSON to standard output.')
    .option('--user <user>', 'only this user', parseUser)
    .option('--state-only', 'only what is current, without what was before')
    .action((options) =>
      execute(
        withServer(options, (server) =>
          server.download(
            `${exportLog.path}${queryOf(exportLog, {
              ...(options.user === undefined ? {} : { userId: options.user }),
              ...(options.stateOnly === true ? { history: false } : {}),
            })}`,
            (line) => world.write(`${line}\n`),
          ),
        ),
        options.json === true,
      ),
    );

interface ImportLinesOptions {
  readonly callbacks?: true;
  readonly dryRun?: true;
  readonly json?: true;
  /** Whether records that can't be imported are passed over and told, instead of the first one ending the import. */
  readonly passOver: boolean;
  readonly source: RecordSource;
}

const resultText = (result: t.TypeOf<typeof importLog.answer>, { dryRun }: ImportLinesOptions): string =>
  `${dryRun === true ? 'Would import' : 'Imported'} ${String(result.imported)}, there already ${String(result.known)}, of erased users ${String(result.erased)}, refused ${String(result.refused)}.\n`;

const resultJson = ({ position, refusals, ...counts }: t.TypeOf<typeof importLog.answer>, { source }: ImportLinesOptions): string =>
  `${JSON.stringify({ ...counts, position, refusals: refusals.map(source.json) })}\n`;

/** What was passed over goes to standard error, a line each. */
const tellRefused = ({ writeError }: World, { refused, refusals }: t.TypeOf<typeof importLog.answer>, { source }: ImportLinesOptions): void => {
  for (const each of refusals) writeError(`Passed over: ${refusedText(source, each)} (${each.code})\n`);
  if (refused > refusals.length) writeError(`Passed over: ${String(refused - refusals.length)} more, which are not listed.\n`);
};

/** Sends lines of an export to a server and tells what became of them. */
export const importLines = (
  { world }: Execution,
  server: HttpServer,
  lines: AsyncIterable<string>,
  options: ImportLinesOptions,
): TE.TaskEither<Refusal, void> =>
  pipe(
    server.upload(
      `${importLog.path}${queryOf(importLog, {
        ...(options.callbacks === true ? { callbacks: true } : {}),
        ...(options.dryRun === true ? { dryRun: true } : {}),
        ...(options.passOver ? { passOver: true } : {}),
      })}`,
      lines,
      options.source,
    ),
    TE.flatMap((answer) => TE.fromEither(decodeAnswer(importLog.answer, answer))),
    TE.flatMap((result) =>
      TE.fromTask(() => {
        if (options.json === true) return world.write(resultJson(result, options));
        tellRefused(world, result, options);
        return world.write(resultText(result, options));
      }),
    ),
  );

/** `import FILE|-`: brings an export into a running server; what is there already is passed over. */
export const importCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('import', 'Imports an export; what is there already is passed over, so that it can be run again.')
    .argument('<file>', 'the export, or - for standard input')
    .option('--callbacks', 'call modules for what is imported')
    .option('--dry-run', 'only check and count')
    .option('--pass-over', 'pass over records that can\'t be imported and name them, instead of ending at the first')
    .action((file, options) =>
      execution.execute(
        execution.withServer(options, (server) =>
          pipe(
            file === '-' ? TE.right<Refusal, string | undefined>(undefined) : givenFile(file, execution.world),
            TE.flatMap((path) =>
              importLines(execution, server, execution.world.readLines(path), {
                ...options,
                passOver: options.passOver === true,
                source: exportLines,
              }),
            ),
          ),
        ),
        options.json === true,
      ),
    );
