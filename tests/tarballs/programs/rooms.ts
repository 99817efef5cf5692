// prints: 0 true
import { parseRoomId, streamNames } from '@account-data/domain';
import { createInMemoryEventStore } from '@account-data/event-store';
import { readRoom } from '@account-data/rooms';
import { systemRuntime } from '@account-data/runtime';

const room = parseRoomId('!hall:example.org');
if (room._tag === 'Left') throw new Error(room.left.message);
const store = createInMemoryEventStore({ runtime: systemRuntime });
const slice = await readRoom({ store, names: streamNames() }, room.right)('start', 10)();
if (slice._tag === 'Left') throw new Error(slice.left.code);
console.log(slice.right.events.length, slice.right.isEnd);
await store.close();
