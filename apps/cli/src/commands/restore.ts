import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, type ChangeResult, type ClientError, type ConditionalChangeOptions, clientTask } from '@account-data/client';
import type { Revision } from '@account-data/domain';
import { ChangeJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { type Refusal, usageError } from '../Refusal.js';
import type { World } from '../World.js';
import { parseRevision, parseTimeOf, parseUser } from './arguments.js';
import { type BringBackOptions, changeAt, isShownFirst, isWanted } from './bringBack.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { byOption, changeCommand, roomOption } from './options.js';
import { type RestoreStateOptions, restoreStateOf } from './restoreState.js';

type RestoreOptions = Omit<RestoreStateOptions, 'time'> & { readonly time?: number | undefined };

/** Shows what would become of the key, and asks; gives what the key has to be still, or undefined where it is not meant. */
const shownOf = (
  world: World,
  client: AccountDataClient,
  userId: string,
  revision: Revision,
  options: BringBackOptions,
): TE.TaskEither<ClientError | Refusal, ConditionalChangeOptions | undefined> =>
  pipe(
    TE.Do,
    TE.bind('change', () => changeAt(client, userId, revision)),
    TE.bindW('entry', ({ change }) => clientTask(() => client.get(userId, change.roomId, change.type))),
    TE.flatMapTask(({ change, entry }) => async () => {
      const isMeant = await isWanted(world, options, [{ ...change, before: entry?.content, after: change.content }]);
      return isMeant ? { ifRevision: entry?.revision ?? ('absent' as const) } : undefined;
    }),
  );

/** Restores one key to what the change with a revision made of it. */
const restoreChange = (world: World, client: AccountDataClient, userId: string, revision: Revision, options: RestoreOptions): TE.TaskEither<ClientError | Refusal, void> =>
          pipe(
            isShownFirst(world, options) ? shownOf(world, client, userId, revision, options) : TE.right<ClientError | Refusal, ConditionalChangeOptions | undefined>({}),
            TE.flatMap((condition) =>
              condition === undefined ? TE.right(undefined) : clientTask(() => client.restore(userId, revision, { ...condition, ...changeOptionsOf(options) })),
            ),
            TE.flatMapTask((change) => async () => {
              if (change !== undefined) await writeOne(world, options, formOf(revision), change);
            }),
          );

/** What of the arguments does not go together; undefined where all does. */
const misuse = (revision: Revision | undefined, { time, by, type, room, global }: RestoreOptions): Refusal | undefined => {
  if ((revision === undefined) === (time === undefined)) return usageError('What is to be restored?', 'Give the revision of a change, or --time for all that was then.');
  if (time === undefined && [by, type, room, global].some((given) => given !== undefined)) {
    return usageError('--by, --type, --room and --global are for --time.', 'Leave them out: a revision is of one key.');
  }
  return global === true && room !== undefined ? usageError('--global leaves rooms out, and --room asks for one.', 'Give one of them.') : undefined;
};

/** `restore USER REVISION`: makes what a past change made, again; with `--time`, all that was then. Through a running server. */
export const restoreCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  changeCommand('restore', 'Sets a key to what a past change made of it, or with --time all keys to what they were then, as new changes. Room tags stay as they are.')
    .argument('<user>', 'user ID', parseUser)
    .argument('[revision]', 'revision of the past change, as history shows it', parseRevision)
    .option('--time <time>', 'all that the user had then, in one change', parseTimeOf(world))
    .addOption(byOption())
    .option('--type <type>', 'of what was at --time, only this type')
    .addOption(roomOption())
    .option('--global', 'of what was at --time, only what belongs to no room')
    .option('--dry-run', 'only show what would become of it')
    .option('--yes', 'do it without asking')
    .action((userId, revision, options) => {
      const refused = misuse(revision, options);
      const { time } = options;
      return execute(
        refused === undefined
          ? withServer(options, 'index', (client) => {
              if (revision !== undefined) return restoreChange(world, client, userId, revision, options);
              return time === undefined ? TE.right(undefined) : restoreStateOf(world, client, userId, { ...options, time });
            })
          : TE.left(refused),
        options.json === true,
      );
    });

const formOf = (revision: Revision): RowForm<ChangeResult> => ({
  json: ChangeJson.encode,
  text: (change) => `Restored revision ${revision} as revision ${change.revision}.\n`,
  columns: ['revision', 'position', 'delivery', 'repeated'],
});
