// Opens a store, compacts it, and appends one event more, saying how far it got. Argument: folder.
import { writeSync } from 'node:fs';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';

const opened = await openLmdbEventStore({ path: process.argv[2], runtime: systemRuntime })();
if (opened._tag === 'Left') throw new Error(opened.left.message);
writeSync(1, 'opened\n');
const compacted = await opened.right.compact()();
writeSync(1, `compacted ${compacted._tag}\n`);
const event = { id: systemRuntime.random.uuid(), type: 'Happened', data: {}, metadata: {} };
const appended = await opened.right.append('kept', [event], 'any')();
writeSync(1, `appended ${appended._tag} ${event.id}\n`);
await opened.right.close();
