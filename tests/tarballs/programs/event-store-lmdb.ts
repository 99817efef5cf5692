// prints: Right
import { StreamName } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const opened = await openLmdbEventStore({ path: './lmdb-store', runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
const event = { id: systemRuntime.random.uuid(), type: 'Happened', data: { value: 1 }, metadata: {} };
console.log((await opened.right.append(StreamName('example'), [event], 'any')())._tag);
await opened.right.close();
