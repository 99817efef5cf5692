import { accountDataLog } from '@account-data/engine/log';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TargetOptions } from '../commands/Execution.js';
import type { Refusal } from '../Refusal.js';
import { folderTarget } from '../target/folder/folderTarget.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import type { OpenTarget } from './OpenTarget.js';
import { openStore } from './openStore.js';

/** Opens the log of a data folder, beside its server or without one. */
export const openFolder = (options: TargetOptions, access: 'read' | 'change', world: World): TE.TaskEither<Refusal, OpenTarget> =>
  pipe(
    findConfig(options, world),
    TE.chain((config) =>
      pipe(
        openStore(config, access, world),
        TE.map((store) => {
          const { maxContentBytes, maxDepth, maxKeysPerUser, maxBytesPerUser } = config.limits;
          const log = accountDataLog({
            store,
            runtime: world.runtime,
            prefix: config.store.prefix,
            epochHasBegun: 'role' in store && store.role() === 'follower',
            limits: { maxContentBytes, maxDepth, maxKeysPerUser, maxBytesPerUser },
            ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
            ...(config.follow === undefined ? {} : { followedServer: config.follow.serverName }),
          });
          return { target: folderTarget(log, store, { kind: 'admin', id: world.userName }), close: () => store.close() };
        }),
      ),
    ),
  );
