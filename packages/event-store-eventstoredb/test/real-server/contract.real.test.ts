import { eventStoreContract } from '@account-data/event-store/contract';
import { systemRuntime } from '@account-data/runtime';
import { realServer, testPrefix } from '@account-data/tests-eventstoredb-server';
import { expect, it } from 'vitest';
import { checkEventStoreDb, openEventStoreDbEventStore } from '../../src/index.js';

it('the server can be worked with', async () => {
  const findings = await checkEventStoreDb({ ...realServer(), runtime: systemRuntime });
  for (const { severity, message } of findings) process.stdout.write(`${severity}: ${message}\n`);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

eventStoreContract('the EventStoreDB store on a real server', {
  readsAt: false,
  open: () => {
    const open = (): ReturnType<typeof openEventStoreDbEventStore> => openEventStoreDbEventStore({ ...realServer(), runtime: systemRuntime });
    let store = open();
    return Promise.resolve({
      store,
      reopen: async () => {
        await store.close();
        store = open();
        return store;
      },
      dispose: () => store.close(),
    });
  },
  prefix: () => testPrefix(realServer().prefix),
  modelRuns: 20,
});
