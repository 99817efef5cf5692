import { createAccountDataEngine, type AccountDataEngine } from '@account-data/engine';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';
import { withDoubleProcess } from './doubleProcess.js';

export const alice = '@alice:example.org';
export const theme = 'org.example.theme';

/** An engine on a double of a server, for one test. */
export const withEngine = (test: (engine: AccountDataEngine, connectionString: string) => Promise<void>): Promise<void> =>
  withDoubleProcess(async (connectionString) => {
    const store = openEventStoreDbEventStore({ connectionString, runtime: systemRuntime });
    const engine = await createAccountDataEngine({ store });
    try {
      await test(engine, connectionString);
    } finally {
      await engine.close();
      await store.close();
    }
  });

/** Everything an engine asks of EventStoreDB, for a new user of this name: appends, reads, its subscription, tombstones. */
export const useEverything = async (engine: AccountDataEngine, name: string): Promise<void> => {
  const user = `@${name}:example.org`;
  await engine.setAccountData(user, null, theme, { dark: true });
  await engine.batch(user, [
    { _tag: 'SetAccountData', roomId: null, type: theme, content: { dark: false } },
    { _tag: 'SetAccountData', roomId: '!room:example.org', type: 'org.example.pin', content: { pinned: true } },
  ]);
  const { entries } = await engine.history(user);
  if (entries.length !== 3 || engine.get(user, null, theme)?.content['dark'] !== false) throw new Error('A change is not shown.');
  const gone = `@${name}-gone:example.org`;
  await engine.setAccountData(gone, null, theme, { v: 1 });
  await engine.eraseUser(gone);
  if (engine.get(gone, null, theme) !== undefined) throw new Error('An erased user is still shown.');
};
