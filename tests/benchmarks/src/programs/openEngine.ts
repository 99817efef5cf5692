import { createAccountDataEngine, type AccountDataEngine, type EngineOptions } from '@account-data/engine';
import type { EventStore } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { join } from 'node:path';

/** An engine over its store, and how both are closed. @category model */
export interface OpenEngine {
  readonly engine: AccountDataEngine;
  readonly store: EventStore;
  readonly close: () => Promise<void>;
}

/** The embedded store in this folder. */
export const openStore = async (folder: string): Promise<EventStore> => {
  const store = await openLmdbEventStore({ path: join(folder, 'log'), runtime: systemRuntime })();
  if (E.isLeft(store)) throw new Error(store.left.message);
  return store.right;
};

/** The engine as a user of the package composes it on the embedded store: everything else is its default. */
export const openEngine = async (folder: string, modules?: EngineOptions['modules']): Promise<OpenEngine> => {
  const store = await openStore(folder);
  const engine = await createAccountDataEngine({
    store,
    projectionStorage: lmdbProjectionStorage({ path: join(folder, 'projection') }),
    ...(modules === undefined ? {} : { modules }),
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
