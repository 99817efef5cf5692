import { accountDataLog } from '@account-data/engine';
import { type EventStore, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** A store whose subscribers can be kept from hearing anything, as those of a server that lags behind others. */
export interface LaggingStore {
  readonly store: EventStore;
  /** Has somebody else change something that subscribers do not hear of; gives the end of the log. */
  readonly runAhead: () => Promise<string>;
}

export const laggingStore = (): LaggingStore => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  let held: Promise<void> | undefined;
  return {
    store: {
      ...store,
      subscribe: (options) =>
        store.subscribe({ ...options, onBatch: (batch) => (held === undefined ? options.onBatch(batch) : held.then(() => options.onBatch(batch))) }),
    },
    runAhead: async () => {
      held ??= new Promise(() => undefined);
      const changed = await accountDataLog({ store, runtime: systemRuntime }).tasks.setAccountData('@elsewhere:example.org', null, 't', {})();
      const head = await store.head()();
      if (E.isLeft(changed) || E.isLeft(head) || head.right === 'start') throw new Error('Nothing was changed.');
      return head.right;
    },
  };
};
