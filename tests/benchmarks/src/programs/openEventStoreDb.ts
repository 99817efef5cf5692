import { createAccountDataEngine } from '@account-data/engine';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import type { RealServer } from '@account-data/tests-eventstoredb-server';
import { join } from 'node:path';
import type { OpenEngine } from './openEngine.js';

/** The engine on a real EventStoreDB, with its projection in this folder: everything else is its default. */
export const openEventStoreDbEngine = async ({ connectionString, prefix }: RealServer, folder: string, compression = false): Promise<OpenEngine> => {
  const store = openEventStoreDbEventStore({ connectionString, compression, prefix, runtime: systemRuntime });
  const engine = await createAccountDataEngine({
    store,
    prefix,
    projectionStorage: lmdbProjectionStorage({ path: join(folder, 'projection') }),
  });
  return {
    engine,
    store,
    close: async () => {
      await engine.close();
      await store.close();
    },
  };
};
