import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { getProjection, rebuildProjection, verifyProjection } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { refusal } from '../Refusal.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

const statusCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('status', 'Shows how far the projection is, and what it could not read.').action((options) =>
    execute(
      withServer(options, (client) =>
        pipe(
          clientTask(() => client.projection.status()),
          TE.flatMap((status) =>
            TE.fromTask(() =>
              world.write(
                options.json === true
                  ? `${JSON.stringify(getProjection.answer.encode(status))}\n`
                  : `${status.ready ? 'ready' : 'not ready'}  position ${status.position}  ` +
                      `quarantined ${String(status.quarantined.length)}${status.failed === undefined ? '' : `  failed: ${printable(status.failed.message)}`}\n`,
              ),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const rebuildCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('rebuild', 'Builds the projection anew beside the live one, which serves meanwhile.').action((options) =>
    execute(
      withServer(options, (client) =>
        pipe(
          clientTask(() => client.projection.rebuild()),
          TE.flatMap((rebuilt) =>
            TE.fromTask(() =>
              world.write(
                options.json === true
                  ? `${JSON.stringify(rebuildProjection.answer.encode(rebuilt))}\n`
                  : `Rebuilt from ${String(rebuilt.events)} events in ${String(Math.round(rebuilt.duration))} ms.\n`,
              ),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const verifyCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('verify', 'Compares the projection with a fresh replay of the log; ends with 1 where they differ.').action((options) =>
    execute(
      withServer(options, (client) =>
        pipe(
          clientTask(() => client.projection.verify()),
          TE.tap((verified) =>
            TE.fromTask(() =>
              world.write(
                options.json === true
                  ? `${JSON.stringify(verifyProjection.answer.encode(verified))}\n`
                  : `${verified.equal ? 'Equal' : 'Different'}: ${String(verified.records)} records of ${String(verified.events)} events compared.\n${verified.differences
                      .map(({ table, key, kind }) => `  ${kind}: ${table} ${printable(key)}\n`)
                      .join('')}`,
              ),
            ),
          ),
          TE.flatMap(({ equal, differenceCount: count }) =>
            equal
              ? TE.right(undefined)
              : TE.left(refusal('projection_differs', `The projection differs from the log in ${String(count)} places.`, 'Rebuild it: account-data projection rebuild')),
          ),
        ),
      ),
      options.json === true,
    ),
  );

/** `projection status|rebuild|verify`, on a running server. */
export const projectionCommand = (execution: Execution): CommandUnknownOpts => {
  const command = new Command('projection').description('The read model of a running server.');
  for (const define of [statusCommand, rebuildCommand, verifyCommand]) command.addCommand(define(execution));
  return command;
};
