import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { exportLog, importLog, queryOf } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../Refusal.js';
import { decodeAnswer, type HttpServer } from '../target/server/HttpServer.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

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
              ...(options.user === undefined ? {} : { user_id: options.user }),
              ...(options.stateOnly === true ? { history: false } : {}),
            })}`,
            (line) => world.write(`${line}\n`),
          ),
        ),
        options.json === true,
      ),
    );

/** Sends lines of an export to a server and tells what became of them. */
export const importLines = (
  { world }: Execution,
  server: HttpServer,
  lines: AsyncIterable<string>,
  options: { readonly callbacks?: true; readonly dryRun?: true; readonly json?: true },
): TE.TaskEither<Refusal, void> =>
  pipe(
    server.upload(
      `${importLog.path}${queryOf(importLog, {
        ...(options.callbacks === true ? { callbacks: true } : {}),
        ...(options.dryRun === true ? { dry_run: true } : {}),
      })}`,
      lines,
    ),
    TE.flatMap((answer) => TE.fromEither(decodeAnswer(importLog.answer, answer))),
    TE.flatMap((result) =>
      TE.fromTask(() =>
        world.write(
          options.json === true
            ? `${JSON.stringify(importLog.answer.encode(result))}\n`
            : `Imported ${String(result.imported)}, there already ${String(result.known)}, of erased users ${String(result.erased)}, refused ${String(result.refused)}.\n`,
        ),
      ),
    ),
  );

/** `import FILE|-`: brings an export into a running server; what is there already is passed over. */
export const importCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('import', 'Imports an export; what is there already is passed over, so that it can be run again.')
    .argument('<file>', 'the export, or - for standard input')
    .option('--callbacks', 'call modules for what is imported')
    .option('--dry-run', 'only check')
    .action((file, options) =>
      execution.execute(
        execution.withServer(options, (server) =>
          importLines(execution, server, execution.world.readLines(file === '-' ? undefined : file), options),
        ),
        options.json === true,
      ),
    );
