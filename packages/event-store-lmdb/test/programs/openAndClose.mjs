// Opens a store for reading, reads it from a position on, and closes it, again and again; says how it went. Arguments: folder, how often.
import { writeSync } from 'node:fs';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const [path, times] = process.argv.slice(2);
let after = 'start';
for (let time = 0; time < Number(times); time += 1) {
  const opened = await openLmdbEventStore({ path, mode: 'read', runtime: systemRuntime })();
  if (opened._tag === 'Left') throw new Error(opened.left.message);
  const slice = await opened.right.readAll({ after, limit: 1_000 })();
  if (slice._tag === 'Left') throw new Error(slice.left.message);
  after = slice.right.next;
  await opened.right.close();
}
writeSync(1, 'all were whole\n');
