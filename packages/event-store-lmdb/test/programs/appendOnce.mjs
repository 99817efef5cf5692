// Appends one event and says so. Arguments: folder, stream.
import { writeSync } from 'node:fs';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const [path, stream] = process.argv.slice(2);
const opened = await openLmdbEventStore({ path, runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
writeSync(1, 'opened\n');
const event = { id: systemRuntime.random.uuid(), type: 'Happened', data: {}, metadata: {} };
const appended = await opened.right.append(stream, [event], 'any')();
writeSync(1, `acknowledged ${appended._tag}\n`);
await opened.right.close();
