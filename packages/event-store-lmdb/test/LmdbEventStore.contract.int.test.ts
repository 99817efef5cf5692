import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContractSubject, eventStoreContract } from '@account-data/event-store/contract';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { type LmdbEventStore, openLmdbEventStore } from '../src/index.js';

const open = async (path: string): Promise<LmdbEventStore> => {
  const opened = await openLmdbEventStore({ path, runtime: systemRuntime })();
  if (E.isLeft(opened)) throw new Error(opened.left.message, { cause: opened.left });
  return opened.right;
};

const subject = async (): Promise<ContractSubject> => {
  const path = await mkdtemp(join(tmpdir(), 'event-store-lmdb-'));
  let store = await open(path);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open(path);
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(path, { recursive: true });
    },
  };
};

eventStoreContract('the LMDB store', { open: subject, prefix: () => `contract-${systemRuntime.random.uuid()}-`, modelRuns: 25 });
