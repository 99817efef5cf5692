// prints: undefined
import { streamNames } from '@account-data/domain';
import { StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { createProjection, lmdbProjectionStorage } from '@account-data/projection';
import { systemRuntime } from '@account-data/runtime';

const runtime = systemRuntime;
const names = streamNames();
const store = createInMemoryEventStore({ runtime });
const metadata = { schemaVersion: 1, actor: { kind: 'service', id: 'example' }, origin: 'api', $correlationId: runtime.random.uuid() };
const created = { id: runtime.random.uuid(), type: 'LogCreated', data: { logId: runtime.random.uuid() }, metadata };
await store.append(StreamName(names.log), [created], 'no-stream')();
const opened = await createProjection({ store, storage: lmdbProjectionStorage({ path: './projection' }), names, runtime })();
if (opened._tag === 'Left') throw new Error(opened.left.code);
console.log(opened.right.get('@alice:example.org', null, 'org.example.theme')?.content);
await opened.right.close();
