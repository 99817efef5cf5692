import { createAccountDataEngine } from '@account-data/engine';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';

/**
 * A process that writes changes: `writeChanges.js CONNECTION_STRING PREFIX [[USER_ID, TYPE], [USER_ID], …]`; a user alone is erased.
 * A process of its own, since what it imports and the client of KurrentDB do not go together.
 */
const [connectionString = '', prefix = '', changes = '[]'] = process.argv.slice(2);
const store = openEventStoreDbEventStore({ connectionString, prefix, runtime: systemRuntime });
const engine = await createAccountDataEngine({ store, prefix });
for (const [userId, type] of JSON.parse(changes) as ReadonlyArray<readonly [string, string?]>) {
  if (type === undefined) await engine.eraseUser(userId);
  else await engine.setAccountData(userId, null, type, { set: type });
}
await engine.close();
await store.close();
