// Fills somewhat more than half of a small disk. Argument: folder.
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const opened = await openLmdbEventStore({ path: process.argv[2], runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
const data = { filling: 'x'.repeat(50_000) };
for (let count = 0; count < 72; count += 1) {
  const event = { id: systemRuntime.random.uuid(), type: 'Happened', data, metadata: {} };
  const appended = await opened.right.append('kept', [event], 'any')();
  if (appended._tag === 'Left') throw new Error(appended.left.message);
}
await opened.right.close();
process.stdout.write('filled\n');
