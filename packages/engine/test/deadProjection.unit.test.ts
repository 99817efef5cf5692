import { type EventStore, type SubscriptionHealth, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, test } from 'vitest';
import { type AccountDataEngine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const theme = 'org.example.theme';

/** A store whose log can't be followed any more from the call of `die` on, though it takes appends. */
const dying = (): { readonly store: EventStore; readonly die: () => void } => {
  const inner = createInMemoryEventStore({ runtime: systemRuntime });
  const failed: SubscriptionHealth = { _tag: 'Failed', reason: new Error('Unexpected character at position 7') };
  let dead = false;
  const tellers = new Set<() => void>();
  const store: EventStore = {
    ...inner,
    subscribe: (options) => {
      const tell = (): void => options.onHealth?.(failed);
      tellers.add(tell);
      if (dead) queueMicrotask(tell);
      return inner.subscribe({ ...options, onBatch: (batch) => (dead ? undefined : options.onBatch(batch)) });
    },
  };
  return {
    store,
    die: () => {
      dead = true;
      for (const tell of tellers) tell();
    },
  };
};

const changesOf = async (store: EventStore): Promise<number> => {
  const slice = await store.readAll({ after: 'start', limit: 100 })();
  return slice._tag === 'Right' ? slice.right.events.filter(({ type }) => type === 'AccountDataUpdated').length : -1;
};

const died = async (): Promise<{ readonly engine: AccountDataEngine; readonly store: EventStore }> => {
  const { store, die } = dying();
  const engine = await createAccountDataEngine({ store });
  await engine.setAccountData(alice, null, theme, { dark: true });
  die();
  return { engine, store };
};

describe('an engine whose projection has stopped', () => {
  test('does not start, and says why', async () => {
    const { store, die } = dying();
    const first = await createAccountDataEngine({ store });
    await first.setAccountData(alice, null, theme, { dark: true });
    await first.close();
    die();
    const starting = createAccountDataEngine({ store });
    await expect(starting).rejects.toMatchObject({ name: 'ProjectionFailed', code: 'subscription_failed' });
    await expect(starting).rejects.toThrow('Unexpected character at position 7');
  });

  test.each(['projected', 'modules'] as const)('refuses what would wait for it (%s), before anything is appended', async (awaited) => {
    const { engine, store } = await died();
    const options = { await: awaited };
    const refused = { name: 'EngineError', code: 'projection_stopped' };
    const setting = engine.setAccountData(alice, null, theme, { dark: false }, options);
    await expect(setting).rejects.toMatchObject(refused);
    await expect(setting).rejects.toThrow('Unexpected character at position 7');
    await expect(engine.updateAccountData(alice, null, theme, () => ({}), options)).rejects.toMatchObject(refused);
    await expect(engine.setTag(alice, '!r:example.org', 'u.a', {}, options)).rejects.toMatchObject(refused);
    expect(await changesOf(store)).toBe(1);
    await engine.close();
  });

  test('takes what asks for no more than the log', async () => {
    const { engine, store } = await died();
    await engine.setAccountData(alice, null, theme, { dark: false }, { await: 'appended' });
    expect(await changesOf(store)).toBe(2);
    await engine.close();
  });
});
