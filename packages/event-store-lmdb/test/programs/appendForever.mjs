// Appends batches of three events to many streams at once, until it is killed, and says which were acknowledged.
// Arguments: folder, how many streams.
import { writeSync } from 'node:fs';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const [path, streams] = process.argv.slice(2);
const opened = await openLmdbEventStore({ path, runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
const store = opened.right;

const write = async (writer) => {
  for (;;) {
    const batch = systemRuntime.random.uuid();
    const events = [0, 1, 2].map((part) => ({ id: systemRuntime.random.uuid(), type: 'Happened', data: { batch, part }, metadata: {} }));
    const appended = await store.append(`writer-${writer}`, events, 'any')();
    if (appended._tag === 'Left') throw new Error(appended.left._tag);
    writeSync(1, `${batch} ${appended.right.position}\n`);
  }
};

await Promise.all(Array.from({ length: Number(streams) }, (_, writer) => write(writer)));
