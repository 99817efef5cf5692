import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, clientTask, type ProjectionStatus, type RebuildResult, type VerifyResult } from '@account-data/client';
import { ProjectionJson, RebuiltJson, VerifiedJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import type { Progress } from '../output/progressText.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { refusal } from '../Refusal.js';
import type { Execution } from './Execution.js';
import { ifInterrupted } from './ifInterrupted.js';
import { targetCommand, watchable } from './options.js';
import { watched } from './watched.js';
import { withProgress } from './withProgress.js';

const statusForm: RowForm<ProjectionStatus> = {
  json: ProjectionJson.encode,
  text: ({ ready, position, quarantined, failed }) =>
    `${ready ? 'ready' : 'not ready'}  position ${position}  quarantined ${String(quarantined.length)}${failed === undefined ? '' : `  failed: ${printable(failed.message)}`}\n`,
  columns: ['ready', 'position', 'unwritten_events', 'quarantined', 'failed'],
};

const statusCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  watchable(targetCommand('status', 'Shows how far the projection is, and what it could not read.')).action((options) =>
    execute(
      watched(
        world,
        options,
        withServer(options, options.watch === true ? 'live' : 'index', (client) => clientTask(() => client.projection.status())),
        (shown, status) => writeOne(shown, options, statusForm, status),
      ),
      options.json === true,
    ),
  );

/** How far what runs in the server is, as its status tells. */
const lookAt = (client: AccountDataClient, what: 'rebuild' | 'verification') => async (): Promise<Progress | undefined> => {
  const running = (await client.projection.status())[what];
  if (running === undefined) return undefined;
  const { events, rate, fraction, remaining } = running;
  return { count: events, unit: 'events', rate, fraction, ...(remaining === undefined ? {} : { remaining }) };
};

const rebuildForm: RowForm<RebuildResult> = {
  json: RebuiltJson.encode,
  text: ({ events, duration }) => `Rebuilt from ${String(events)} events in ${String(Math.round(duration))} ms.\n`,
  columns: ['events', 'duration_ms'],
};

const rebuildCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('rebuild', 'Builds the projection anew beside the live one, which serves meanwhile.').action((options) =>
    execute(
      withServer(options, 'index', (client) =>
        pipe(
          withProgress(world, 'Rebuilding', lookAt(client, 'rebuild'), clientTask(() => client.projection.rebuild())),
          ifInterrupted('A server that runs on the folder goes on with the rebuild: account-data projection status tells how far it is. Without one it is cut off, and the projection stays as it was.'),
          TE.flatMapTask((rebuilt) => () => writeOne(world, options, rebuildForm, rebuilt)),
        ),
      ),
      options.json === true,
    ),
  );

const verifyForm: RowForm<VerifyResult> = {
  json: VerifiedJson.encode,
  text: ({ equal, records, events, differences }) =>
    `${equal ? 'Equal' : 'Different'}: ${String(records)} records of ${String(events)} events compared.\n${differences
      .map(({ table, key, kind }) => `  ${kind}: ${table} ${printable(key)}\n`)
      .join('')}`,
  columns: ['equal', 'events', 'records', 'difference_count'],
};

const verifyCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('verify', 'Compares the projection with a fresh replay of the log; ends with 1 where they differ.').action((options) =>
    execute(
      withServer(options, 'index', (client) =>
        pipe(
          withProgress(world, 'Verifying', lookAt(client, 'verification'), clientTask(() => client.projection.verify())),
          ifInterrupted('Nothing is changed by it: run it again.'),
          TE.tapTask((verified) => () => writeOne(world, options, verifyForm, verified)),
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
