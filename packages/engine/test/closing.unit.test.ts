import { type EventStore, type SubscriptionBatch, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, test } from 'vitest';
import { type AccountDataEngine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';

/** A store whose subscriptions hear of nothing more once it is held, as behind a cluster that lags. */
const holdable = (): { readonly store: EventStore; readonly hold: () => void; readonly letGo: () => void } => {
  const inner = createInMemoryEventStore({ runtime: systemRuntime });
  let held: Promise<void> | undefined;
  let letGo = (): void => undefined;
  const store: EventStore = {
    ...inner,
    subscribe: (options) =>
      inner.subscribe({
        ...options,
        onBatch: (batch: SubscriptionBatch) => (held === undefined ? options.onBatch(batch) : held.then(() => options.onBatch(batch))),
      }),
  };
  return {
    store,
    hold: () => {
      held = new Promise((resolve) => {
        letGo = resolve;
      });
    },
    letGo: () => {
      letGo();
    },
  };
};

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** The lines of an export of another log, with one change. */
const exported = async (): Promise<ReadonlyArray<string>> => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  await engine.setAccountData(alice, null, 'theme', { dark: true });
  const lines: Array<string> = [];
  for await (const line of engine.exportLog()) lines.push(JSON.stringify(line));
  await engine.close();
  return lines;
};

const lagging = async (): Promise<{ readonly engine: AccountDataEngine; readonly letGo: () => void }> => {
  const { store, hold, letGo } = holdable();
  const engine = await createAccountDataEngine({ store });
  await engine.setAccountData(alice, null, 'theme', { dark: true });
  hold();
  return { engine, letGo };
};

describe('closing an engine whose projection lags', () => {
  test('ends an erasure that waits for it, which stays recorded for the next start', async () => {
    const { engine } = await lagging();
    const erasing = engine.eraseUser(alice);
    erasing.catch(() => undefined);
    await turns(5);
    await engine.close();
    await expect(erasing).rejects.toMatchObject({ code: 'erasure_incomplete', error: { step: 'projection' } });
    await turns(1);
  });

  test('ends an erasure that was asked for twice, although the projection had caught up once', async () => {
    const { engine } = await lagging();
    const both = [engine.eraseUser(alice), turns(5).then(() => engine.eraseUser(alice))].map((erasing) =>
      erasing.then(
        () => 'erased',
        () => 'cut off',
      ),
    );
    await turns(10);
    await engine.close();
    expect(await Promise.all(both)).toEqual(['cut off', 'cut off']);
  });

  test('ends an import that waits for it, with what was imported', async () => {
    const lines = await exported();
    const { engine } = await lagging();
    const importing = engine.importLog(lines);
    await turns(5);
    await engine.close();
    expect(await importing).toMatchObject({ imported: 1 });
  });
});

test('an engine that is closed twice is closed only when the first close has ended', async () => {
  const { store } = holdable();
  const engine = await createAccountDataEngine({ store });
  let isClosed = false;
  const first = engine.close().then(() => {
    isClosed = true;
  });
  await engine.close();
  expect(isClosed).toBe(true);
  await first;
});
