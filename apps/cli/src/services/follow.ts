import { isServerName } from '@account-data/domain';
import type { ServerConfig, SynapseFollowConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FollowOptions, Services } from '../commands/Execution.js';
import { exitCodeOf, type Refusal, renderRefusal, usageError } from '../Refusal.js';
import type { World } from '../World.js';
import { findConfig } from './findConfig.js';
import { serveWith } from './serve.js';

interface FollowConfig {
  readonly config: ServerConfig;
  readonly synapse: SynapseFollowConfig;
}

const followConfig = (options: FollowOptions, world: World): TE.TaskEither<Refusal, FollowConfig> =>
  pipe(
    findConfig(options, world),
    TE.bindTo('config'),
    TE.bind('defaultName', () => TE.fromTask(async () => (await import('@account-data/server/configuration')).defaultFollowName)),
    TE.flatMapEither(({ config, defaultName }) => {
      const serverName = options.serverName ?? config.follow?.serverName ?? config.serverName;
      const sqlite = options.sqlite ?? (options.postgres === undefined ? config.follow?.sqlite : undefined);
      const postgres = options.postgres ?? (sqlite === undefined ? config.follow?.postgres : undefined);
      if (serverName === undefined || (postgres === undefined) === (sqlite === undefined)) {
        return E.left(usageError('Which homeserver?', 'Give --server-name NAME and either --postgres URL or --sqlite FILE, or set follow.synapse in the configuration.'));
      }
      if (!isServerName(serverName)) return E.left(usageError('The server name is none.', 'Give --server-name as user IDs have it behind their first colon: example.org'));
      const { slot, publication } = options;
      for (const name of [slot, publication]) {
        if (name !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(name)) return E.left(usageError('Names of slots and publications are lower-case letters, digits and "_".'));
      }
      const synapse: SynapseFollowConfig = {
        serverName,
        ...(postgres === undefined ? {} : { postgres }),
        ...(sqlite === undefined ? {} : { sqlite }),
        slot: slot ?? config.follow?.slot ?? defaultName,
        publication: publication ?? config.follow?.publication ?? defaultName,
        excludeTypes: options.excludeType ?? config.follow?.excludeTypes ?? [],
        ...(config.follow?.commands === undefined || (options.poll ?? config.follow.pollInterval) !== undefined ? {} : { commands: config.follow.commands }),
        ...(options.poll === undefined ? (config.follow?.pollInterval === undefined ? {} : { pollInterval: config.follow.pollInterval }) : { pollInterval: options.poll * 1_000 }),
      };
      return E.right({ config, synapse });
    }),
  );

/** Runs the server with a homeserver that it follows, until the world is stopped. */
export const follow =
  (world: World): Services['follow'] =>
  (options) =>
  async () => {
    const found = await followConfig(options, world)();
    if (E.isRight(found)) return serveWith(world, options, { follow: found.right.synapse });
    world.writeError(renderRefusal(found.left, false));
    return exitCodeOf(found.left);
  };

/** Looks at the database, and changes nothing. */
export const checkFollow =
  (world: World): Services['checkFollow'] =>
  (options) =>
    pipe(
      followConfig(options, world),
      // Loaded only here: its client takes longer to load than the rest.
      TE.flatMap(({ synapse }) => async () => (await import('./followFindings.js')).followFindings(synapse)),
    );
