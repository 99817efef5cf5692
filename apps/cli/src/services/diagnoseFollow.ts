import { streamNames } from '@account-data/domain';
import type { ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import type { Finding } from '../commands/Execution.js';
import type { World } from '../World.js';
import { openStore } from './openStore.js';

/** Looks at the database of the homeserver that is followed, and how far behind the log is. */
export const diagnoseFollow = async (config: ServerConfig, world: World): Promise<ReadonlyArray<Finding>> => {
  const { follow } = config;
  if (follow === undefined) return [];
  // Loaded only here: its client takes longer to load than the rest.
  const [{ followProgress }, { followFindings }] = await Promise.all([import('@account-data/synapse-follow'), import('./followFindings.js')]);
  const store = await openStore(config, 'read', world)();
  try {
    const progress = E.isLeft(store)
      ? undefined
      : await followProgress(store.right, streamNames(config.store.prefix), follow.serverName, world.runtime).read();
    const found = await followFindings(follow, progress);
    if (E.isLeft(found)) return [{ severity: 'error', code: found.left.code, message: `${found.left.message} ${found.left.advice ?? ''}` }];
    return found.right.map(({ severity, code, message, statements }) => ({ severity, code, message: [message, ...statements].join(' ') }));
  } finally {
    if (E.isRight(store)) await store.right.close();
  }
};
