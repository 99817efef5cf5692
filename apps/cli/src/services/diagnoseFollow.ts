import { streamNames } from '@account-data/domain';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import type { Finding } from '../commands/Execution.js';
import type { World } from '../World.js';
import { databaseUnreachable } from './follow.js';
import { openStore } from './openStore.js';

/** Looks at the database of the homeserver that is followed, and how far behind the log is. */
export const diagnoseFollow = async (config: ServerConfig, world: World): Promise<ReadonlyArray<Finding>> => {
  const { follow } = config;
  // Where it is polled, nothing has to be set in the database.
  if (follow?.postgres === undefined || follow.pollInterval !== undefined) return [];
  // Loaded only here: its client takes longer to load than the rest.
  const { checkPostgres, followProgress } = await import('@account-data/synapse-follow');
  const store = await openStore(config, 'read', world)();
  try {
    const progress = E.isLeft(store)
      ? undefined
      : await followProgress(store.right, streamNames(config.store.prefix), follow.serverName, world.runtime).read();
    const found = await checkPostgres({ connectionString: follow.postgres, slot: follow.slot, publication: follow.publication, progress });
    return found.map(({ severity, code, message, statements }) => ({ severity, code, message: [message, ...statements].join(' ') }));
  } catch (error) {
    const { code, message, advice } = databaseUnreachable(error);
    return [{ severity: 'error', code, message: `${message} ${advice ?? ''}` }];
  } finally {
    if (E.isRight(store)) await store.right.close();
  }
};
