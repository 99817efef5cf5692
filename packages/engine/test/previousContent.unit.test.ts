import { type EventStore, type SubscriptionBatch, createInMemoryEventStore } from '@account-data/event-store';
import { eventually } from '@account-data/event-store/contract';
import { type ConfiguredModule, defaultPolicy } from '@account-data/modules';
import { systemRuntime } from '@account-data/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const room = '!room:example.org';

/** A store that tells the projection, and nobody else, of nothing more once it is held. */
const withoutProjection = (): { readonly store: EventStore; readonly hold: () => void } => {
  const inner = createInMemoryEventStore({ runtime: systemRuntime });
  let isHeld = false;
  const store: EventStore = {
    ...inner,
    subscribe: (options) =>
      inner.subscribe({
        ...options,
        onBatch: (batch: SubscriptionBatch) => {
          const isProjection = options.prefixes?.includes('account_data_log') === true;
          return isHeld && isProjection ? new Promise(() => undefined) : options.onBatch(batch);
        },
      }),
  };
  return {
    store,
    hold: () => {
      isHeld = true;
    },
  };
};

test('a module is told what was there before also where the projection stands still', async () => {
  const { store, hold } = withoutProjection();
  const before: Array<unknown> = [];
  const asking: ConfiguredModule = {
    name: 'asking',
    policy: defaultPolicy,
    setUp: (api) => {
      api.registerAccountDataCallbacks({
        onAccountDataUpdated: async (_user, roomId, type, _content, context) => {
          before.push([roomId, type, await context.previousContent()]);
        },
      });
    },
  };
  const engine = await createAccountDataEngine({ store, modules: { configured: [asking] } });
  onTestFinished(() => engine.close());
  await engine.setAccountData(alice, null, 'a', { v: 1 }, { await: 'modules' });
  await engine.setAccountData(alice, room, 'a', { v: 2 }, { await: 'modules' });
  hold();
  await engine.setAccountData(alice, null, 'b', { v: 3 }, { await: 'appended' });
  await engine.setAccountData(alice, null, 'a', { v: 4 }, { await: 'appended' });
  await engine.deleteAccountData(alice, room, 'a', { await: 'appended' });
  await engine.setAccountData(alice, room, 'a', { v: 5 }, { await: 'appended' });
  await eventually('all of it to be delivered', () => before.length === 6);
  expect(before.slice(2)).toEqual([
    [null, 'b', null],
    [null, 'a', { v: 1 }],
    [room, 'a', { v: 2 }],
    [room, 'a', {}],
  ]);
});
