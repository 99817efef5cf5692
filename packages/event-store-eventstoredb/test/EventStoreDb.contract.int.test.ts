import { type ContractSubject, eventStoreContract } from '@account-data/event-store/contract';
import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { openEventStoreDbEventStore } from '../src/index.js';

/** A server of its own for each test, which starts anew whenever the store is opened again. */
const subject = async (version: string): Promise<ContractSubject> => {
  const server = await startEventStoreDbDouble({ version });
  const open = (): ContractSubject['store'] =>
    openEventStoreDbEventStore({ connectionString: server.connectionString, runtime: systemRuntime, timeouts: { behind: 1_000 } });
  let store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      await server.stop();
      await server.start();
      store = open();
      return store;
    },
    dispose: async () => {
      await store.close();
      await server.stop();
    },
  };
};

for (const version of ['22.10.5', '23.10.3', '24.10.0']) {
  eventStoreContract(`the EventStoreDB store on a node of version ${version}`, {
    open: () => subject(version),
    readsAt: false,
    prefix: () => `contract-${systemRuntime.random.uuid()}-`,
    modelRuns: 10,
  });
}
