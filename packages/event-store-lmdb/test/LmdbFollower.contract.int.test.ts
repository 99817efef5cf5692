import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContractSubject, eventStoreContract } from '@account-data/event-store/contract';
import { systemRuntime } from '@account-data/runtime';
import { afterAll, beforeAll } from 'vitest';
import { openLmdbEventStore } from '../src/index.js';
import { buildPackage } from './support/builtPackage.js';
import { right } from './support/openStore.js';
import { type StoreProcess, storeProcess } from './support/StoreProcess.js';

const folder: { path: string; owner: StoreProcess | undefined } = { path: '', owner: undefined };

beforeAll(async () => {
  buildPackage();
  folder.path = await mkdtemp(join(tmpdir(), 'event-store-lmdb-'));
  folder.owner = await storeProcess(folder.path, { isShared: true });
});

afterAll(async () => {
  await folder.owner?.end();
  await rm(folder.path, { recursive: true });
});

const open = () => right(openLmdbEventStore({ path: folder.path, mode: 'auto', runtime: systemRuntime }));

const subject = async (): Promise<ContractSubject> => {
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    dispose: () => store.close(),
  };
};

eventStoreContract('the LMDB store beside its owner', {
  open: subject,
  prefix: () => `contract-${systemRuntime.random.uuid()}-`,
  modelRuns: 8,
});
