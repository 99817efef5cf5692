import { createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore, StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { expect, it } from 'vitest';
import { bareEvent } from '../src/programs/bareEvent.js';
import { contentOf, typeOf, userAt } from '../src/workload.js';

it('a bare event has the bytes of the event that the engine appends for the same change', async () => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  const engine = await createAccountDataEngine({ store });
  const userId = userAt(7);
  await engine.setAccountData(userId, null, typeOf(42, 1), contentOf(42));
  const slice = await store.read(StreamName(`account_data-${userId}`), { direction: 'forwards', limit: 1 })();
  const [ours] = slice._tag === 'Right' && slice.right._tag === 'Events' ? slice.right.events : [];
  const bare = bareEvent(42, userId, typeOf(42, 1), 0);
  expect(bare.data).toEqual(ours?.data);
  expect([bare.type, JSON.stringify(bare.data).length, JSON.stringify(bare.metadata).length]).toEqual([
    ours?.type,
    JSON.stringify(ours?.data).length,
    JSON.stringify(ours?.metadata).length,
  ]);
  await engine.close();
  await store.close();
});
