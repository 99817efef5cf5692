import { clientTask, type FollowStatus } from '@account-data/client';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { FollowJson, ParkedRowJson, RefusedUserJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type RowForm, writeOne, writeRows } from '../output/writeRows.js';
import type { Execution } from './Execution.js';
import { targetCommand, watchable } from './options.js';
import { watched } from './watched.js';

const statusForm: RowForm<FollowStatus> = {
  json: FollowJson.encode,
  text: ({ serverName, way, phase, problem, behindBytes, retainedBytes, appended, parked, refusedUsers }) =>
    [
      `${printable(serverName)}  ${phase} (${way})`,
      ...(behindBytes === undefined ? [] : [`behind ${String(behindBytes)} bytes`]),
      ...(retainedBytes === undefined ? [] : [`kept for it ${String(retainedBytes)} bytes`]),
      `appended ${String(appended)}`,
      `parked rows ${String(parked)}`,
      `refused users ${String(refusedUsers.length)}`,
      ...(problem === undefined ? [] : [`${printable(problem.code)}: ${printable(problem.message)}`]),
    ].join('  ') + '\n',
  columns: ['server_name', 'way', 'phase', 'behind_bytes', 'retained_bytes', 'appended', 'parked'],
};

const statusCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  watchable(targetCommand('status', 'Shows how the homeserver is followed, and how far behind the log is.')).action((options) =>
    execute(
      watched(
        world,
        options,
        withServer(options, 'follow', (client) => clientTask(() => client.follow.status())),
        (shown, status) => writeOne(shown, options, statusForm, status),
      ),
      options.json === true,
    ),
  );

type NotHere = FollowStatus['parkedRows'][number] | FollowStatus['refusedUsers'][number];

/** The number of changes tells users from rows. */
const notHereForm: RowForm<NotHere> = {
  json: (item) => ('changes' in item ? RefusedUserJson.encode(item) : ParkedRowJson.encode(item)),
  text: (item) =>
    'changes' in item
      ? `${printable(item.userId)}  was erased here: ${String(item.changes)} changes were left out\n`
      : `${printable(item.userId)}  ${item.table}  ${printable(item.roomId ?? '')}  ${printable(item.type)}  ${printable(item.code)}: ${printable(item.message)}\n`,
  columns: ['user_id', 'table', 'room_id', 'type', 'code', 'message', 'changes'],
};

const parkedCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('parked', 'Lists what of the homeserver is not in the log: rows that it can not hold, and users who were erased here.').action((options) =>
    execute(
      withServer(options, 'follow', (client) =>
        pipe(
          clientTask(() => client.follow.status()),
          TE.flatMapTask(({ parkedRows, refusedUsers }) => async () => {
            await writeRows<NotHere>(world, options, notHereForm, [...parkedRows, ...refusedUsers], 'Nothing is parked, and nobody is refused.');
          }),
        ),
      ),
      options.json === true,
    ),
  );

const compareCommand = ({ execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('compare', 'Begins to compare all rows of the homeserver with the log; parked rows are tried again.').action((options) =>
    execute(
      withServer(options, 'follow', (client) => clientTask(() => client.follow.compare())),
      options.json === true,
    ),
  );

const releaseCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('release', 'Takes a user off the list of what is not in the log, once it is dealt with.')
    .argument('<user>', 'user ID')
    .action((userId, options) =>
      execute(
        withServer(options, 'follow', (client) =>
          pipe(
            clientTask(() => client.follow.release(userId)),
            TE.flatMapTask((released) => () => writeOne(world, options, releasedForm, released)),
          ),
        ),
        options.json === true,
      ),
    );

const releasedForm: RowForm<{ readonly rows: number; readonly changes: number }> = {
  json: (released) => ({ ...released }),
  text: ({ rows, changes }) => `Released: ${String(rows)} parked rows, ${String(changes)} changes that were left out.\n`,
  columns: ['rows', 'changes'],
};

/** `follow status|parked|compare|release`, on a running server. */
export const followCommand = (execution: Execution): CommandUnknownOpts => {
  const command = new Command('follow').description('The homeserver that a running server follows.');
  for (const define of [statusCommand, parkedCommand, compareCommand, releaseCommand]) command.addCommand(define(execution));
  return command;
};
