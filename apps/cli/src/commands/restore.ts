import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, type ChangeResult, type ClientError, type ConditionalChangeOptions, clientTask } from '@account-data/client';
import type { Revision } from '@account-data/domain';
import { ChangeJson } from '@account-data/service-api';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import type { Refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { parseRevision, parseUser } from './arguments.js';
import { type BringBackOptions, changeAt, isShownFirst, isWanted } from './bringBack.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand } from './options.js';

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
      const isMeant = await isWanted(world, options, change, entry?.content, change.content);
      return isMeant ? { ifRevision: entry?.revision ?? ('absent' as const) } : undefined;
    }),
  );

/** `restore USER REVISION`: makes what a past change made, again, through a running server. */
export const restoreCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  changeCommand('restore', 'Sets a key to what a past change made of it, as a new change.')
    .argument('<user>', 'user ID', parseUser)
    .argument('<revision>', 'revision of the past change, as history shows it', parseRevision)
    .option('--dry-run', 'only show what would become of it')
    .option('--yes', 'do it without asking')
    .action((userId, revision, options) =>
      execute(
        withServer(options, (client) =>
          pipe(
            isShownFirst(world, options) ? shownOf(world, client, userId, revision, options) : TE.right<ClientError | Refusal, ConditionalChangeOptions | undefined>({}),
            TE.flatMap((condition) =>
              condition === undefined ? TE.right(undefined) : clientTask(() => client.restore(userId, revision, { ...condition, ...changeOptionsOf(options) })),
            ),
            TE.flatMapTask((change) => async () => {
              if (change !== undefined) await writeOne(world, options, formOf(revision), change);
            }),
          ),
        ),
        options.json === true,
      ),
    );

const formOf = (revision: Revision): RowForm<ChangeResult> => ({
  json: ChangeJson.encode,
  text: (change) => `Restored revision ${revision} as revision ${change.revision}.\n`,
  columns: ['revision', 'position', 'delivery', 'repeated'],
});
