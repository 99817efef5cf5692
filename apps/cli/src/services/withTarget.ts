import { accountDataLog } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Services, TargetOptions } from '../commands/Execution.js';
import { type Refusal, usageError } from '../Refusal.js';
import { logTarget } from '../target/folder/logTarget.js';
import { tailRoom } from '../target/folder/tailRoom.js';
import { serverTarget } from '../target/server/serverTarget.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import { openStore } from './openStore.js';
import { serverAt } from './serverAt.js';

const openFolder = (options: TargetOptions, access: 'read' | 'change', world: World): TE.TaskEither<Refusal, Target> =>
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
          });
          return {
            ...logTarget(log, { kind: 'admin', id: world.userName }),
            room: tailRoom(store, log.names),
            close: () => store.close(),
          };
        }),
      ),
    ),
  );

/** Opens a data folder or a server, as the options say, for the time of the work. */
export const withTarget =
  (world: World): Services['withTarget'] =>
  (options, access, work) =>
    TE.bracket(
      options.url === undefined ? openFolder(options, access, world) : openAt(options, options.url, world),
      work,
      (target) => TE.fromTask(target.close),
    );

const openAt = (options: TargetOptions, url: string, world: World): TE.TaskEither<Refusal, Target> =>
  options.dir === undefined
    ? TE.fromEither(E.map(serverTarget)(serverAt(url, options.token, world)))
    : TE.left(usageError('--url and --dir are two things to work on.', 'Give one of them.'));
