// prints: Right Happened
import { StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';

const store = createInMemoryEventStore({ runtime: systemRuntime });
const event = { id: systemRuntime.random.uuid(), type: 'Happened', data: { value: 1 }, metadata: {} };
const appended = await store.append(StreamName('example'), [event], 'no-stream')();
const types: Array<string> = [];
const told = new Promise<void>((resolve) => {
  store.subscribe({
    after: 'start',
    onBatch: ({ events }) => {
      types.push(...events.map(({ type }) => type));
      if (types.length > 0) resolve();
    },
  });
});
await told;
console.log(appended._tag, types.join());
await store.close();
