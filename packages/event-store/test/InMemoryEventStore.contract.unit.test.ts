import { systemRuntime } from '@account-data/runtime';
import { type ContractSubject, eventStoreContract } from '../src/contract/index.js';
import { createInMemoryEventStore, type InMemoryEventStoreOptions } from '../src/index.js';

const subject = (options: Partial<InMemoryEventStoreOptions>): ContractSubject => {
  let store = createInMemoryEventStore({ runtime: systemRuntime, ...options });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = store.connect();
      return store;
    },
    dispose: () => store.close(),
  };
};

const prefix = (): string => `contract-${systemRuntime.random.uuid()}-`;

eventStoreContract('the in-memory store', { open: () => Promise.resolve(subject({})), prefix });

eventStoreContract('the in-memory store that flushes late and hides tombstoned events', {
  open: () => Promise.resolve(subject({ flushDelay: 1, keepTombstoned: false })),
  prefix,
});
