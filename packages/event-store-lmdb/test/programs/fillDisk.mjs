// Appends until the disk is full, and says what happened, as JSON. Argument: a folder on a small disk.
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import { randomBytes } from 'node:crypto';

const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

const opened = await openLmdbEventStore({ path: process.argv[2], runtime: systemRuntime })();
if (opened._tag === 'Left') {
  process.stdout.write(JSON.stringify({ refused: opened.left.code, message: opened.left.message }));
  process.exit(0);
}
const store = opened.right;
const health = [];
const seen = [];
store.subscribe({
  after: 'start',
  onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)),
  onHealth: ({ _tag }) => health.push(_tag),
});
// Of nothing that repeats itself: what does takes hardly any room.
const newEvent = () => ({ id: systemRuntime.random.uuid(), type: 'Happened', data: { filling: randomBytes(25_000).toString('hex') }, metadata: {} });
const acknowledged = [];
let last = [];
do {
  const events = Array.from({ length: 8 }, newEvent);
  last = await Promise.all(events.map((event, index) => store.append(`s${index}`, [event], 'any')()));
  acknowledged.push(...events.filter((_, index) => last[index]._tag === 'Right').map(({ id }) => id));
} while (last.every(({ _tag }) => _tag === 'Right'));
// Those that came alone may have had room, just before.
const refused = last.flatMap((result) => (result._tag === 'Left' ? [result.left] : []));
const later = await store.append('s0', [newEvent()], 'any')();
const tombstoned = await store.tombstone('s0')();
const read = await store.readAll({ after: 'start', limit: 10_000 })();
await new Promise((resolve) => systemRuntime.timers.defer(resolve));
await store.close();
process.stdout.write(
  JSON.stringify({
    acknowledged,
    refusals: refused.map(({ _tag }) => _tag),
    message: refused[0]?.message,
    later: later.left?._tag,
    tombstoned: tombstoned.left?._tag,
    readable: read.right.events.map(({ id }) => id),
    seen,
    health,
    unhandled,
  }),
);
