// prints: 127.0.0.1:2113
import { openEventStoreDbEventStore, parseConnectionString } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';

const connectionString = 'esdb://127.0.0.1:2113?tls=false';
const settings = parseConnectionString(connectionString);
const store = openEventStoreDbEventStore({ connectionString, runtime: systemRuntime });
await store.close();
const [node] = settings.hosts;
console.log(`${node?.address ?? ''}:${String(node?.port)}`);
