import { createAccountDataEngine } from '@account-data/engine';
import type { AccountDataEngine, EngineOptions } from '@account-data/engine';
import type { ServerConfig } from './config/ServerConfig.js';
import type { OpenStores } from './openStores.js';

/** Starts the engine of a server as its configuration says. */
export const startEngine = (
  config: ServerConfig,
  stores: OpenStores,
  settings: Omit<EngineOptions, 'store' | 'projectionStorage' | 'erasureSteps'>,
): Promise<AccountDataEngine> =>
  createAccountDataEngine({
    ...settings,
    store: stores.store,
    projectionStorage: stores.projectionStorage,
    erasureSteps: stores.erasureSteps,
    prefix: config.store.prefix,
    suppressUnchanged: config.suppressUnchanged,
    limits: {
      maxContentBytes: config.limits.maxContentBytes,
      maxDepth: config.limits.maxDepth,
      maxKeysPerUser: config.limits.maxKeysPerUser,
      maxBytesPerUser: config.limits.maxBytesPerUser,
    },
    ...(config.serverName === undefined ? {} : { serverName: config.serverName }),
    ...(config.follow === undefined ? {} : { followedServer: config.follow.serverName }),
  });
