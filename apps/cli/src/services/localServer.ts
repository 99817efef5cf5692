import { storeOwner } from '@account-data/event-store-lmdb';
import type { LocalServer, ServerConfig } from '@account-data/server/configuration';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';

/** Whether a process of this number is there. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * The server that runs on a data folder. Where the log is in the folder, it is the process that owns it, which a lock tells: to
 * what a server left that was killed, nothing is ever sent, since anybody may listen there by now.
 */
export const localServer = async ({ store }: ServerConfig): Promise<LocalServer | undefined> => {
  const { readLocalServer } = await import('@account-data/server/configuration');
  const told = await readLocalServer(store.path);
  if (told === undefined) return undefined;
  if (store.kind !== 'embedded') return isRunning(told.pid) ? told : undefined;
  const owner = storeOwner(join(store.path, 'log'));
  return E.isRight(owner) && owner.right?.pid === told.pid ? told : undefined;
};
