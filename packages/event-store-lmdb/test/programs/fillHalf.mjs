// Fills somewhat more than half of a small disk. Argument: folder.
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import { randomBytes } from 'node:crypto';

const opened = await openLmdbEventStore({ path: process.argv[2], runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
for (let count = 0; count < 72; count += 1) {
  // Of nothing that repeats itself: what does takes hardly any room.
  const data = { filling: randomBytes(25_000).toString('hex') };
  const event = { id: systemRuntime.random.uuid(), type: 'Happened', data, metadata: {} };
  const appended = await opened.right.append('kept', [event], 'any')();
  if (appended._tag === 'Left') throw new Error(appended.left.message);
}
await opened.right.close();
process.stdout.write('filled\n');
