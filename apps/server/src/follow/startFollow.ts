import { streamNames } from '@account-data/domain';
import type { AccountDataEngine } from '@account-data/engine';
import type { EventStore } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import { type Follow, followPolling, followPostgres, HomeserverCommands } from '@account-data/synapse-follow';
import type { Logger } from 'pino';
import type { ServerConfig, SynapseFollowConfig } from '../config/ServerConfig.js';
import { defaultPollInterval } from '../config/resolveConfig.js';
import { hostLogger } from '../observability/logging.js';

/** What a follow fills. */
export interface FollowParts {
  readonly config: Pick<ServerConfig, 'store'>;
  readonly engine: AccountDataEngine;
  readonly commands: HomeserverCommands | undefined;
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** What sends commands for followed users to the homeserver; undefined where that is not configured. @category constructors */
export const homeserverCommands = ({ follow }: Pick<ServerConfig, 'follow'>, runtime: Runtime): HomeserverCommands | undefined =>
  follow?.commands === undefined
    ? undefined
    : new HomeserverCommands({ baseUrl: follow.commands.homeserver, token: follow.commands.token, fetch, runtime });

/** Begins to follow the homeserver of the configuration into the log. @category constructors */
export const startFollow = (synapse: SynapseFollowConfig, { config, engine, commands, store, runtime, logger }: FollowParts): Follow => {
  const { serverName, postgres, sqlite, excludeTypes, slot, publication, pollInterval: interval } = synapse;
  const parts = { serverName, excludeTypes, log: engine, store, names: streamNames(config.store.prefix), runtime, logger: hostLogger(logger) };
  if (postgres === undefined) return followPolling({ ...parts, database: { sqlite: sqlite ?? '' }, interval: interval ?? defaultPollInterval });
  if (interval !== undefined) return followPolling({ ...parts, database: { postgres }, interval });
  return followPostgres({ ...parts, connectionString: postgres, slot, publication, ...(commands === undefined ? {} : { commands }) });
};
