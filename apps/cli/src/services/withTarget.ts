import { accountDataLog } from '@account-data/engine';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Services, TargetOptions } from '../commands/Execution.js';
import { type Refusal, usageError } from '../Refusal.js';
import { folderTarget } from '../target/folder/folderTarget.js';
import { refused } from '../target/refusalOf.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import { openStore } from './openStore.js';
import { serverAt } from './serverAt.js';

interface OpenTarget {
  readonly target: Target;
  /** Where it is a server. */
  readonly origin?: string;
  readonly close: () => Promise<void>;
}

const openFolder = (options: TargetOptions, access: 'read' | 'change', world: World): TE.TaskEither<Refusal, OpenTarget> =>
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
          return { target: folderTarget(log, store, { kind: 'admin', id: world.userName }), close: () => store.close() };
        }),
      ),
    ),
  );

const openServer = (options: TargetOptions, url: string, world: World): TE.TaskEither<Refusal, OpenTarget> =>
  options.dir === undefined
    ? pipe(
        TE.fromEither(serverAt(url, options.token, world)),
        TE.map(({ client, origin }) => ({ target: client, origin, close: () => Promise.resolve() })),
      )
    : TE.left(usageError('--url and --dir are two things to work on.', 'Give one of them.'));

/** Opens a data folder or a server, as the options say, for the time of the work. */
export const withTarget =
  (world: World): Services['withTarget'] =>
  (options, access, work) =>
    TE.bracket(
      options.url === undefined ? openFolder(options, access, world) : openServer(options, options.url, world),
      ({ target, origin }) => refused(work(target), origin),
      ({ close }) => TE.fromTask(close),
    );
