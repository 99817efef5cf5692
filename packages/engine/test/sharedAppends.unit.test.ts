import { type EventStore, batchBytes, createInMemoryEventStore, maxBatchBytes } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';

interface Appends {
  readonly engine: AccountDataEngine;
  /** The bytes of each append that was taken to alice's stream. */
  readonly taken: ReadonlyArray<number>;
}

/** An engine whose store takes at most so many bytes at once, which may be less than every store is promised to take. */
const open = async (limit: number): Promise<Appends> => {
  const memory = createInMemoryEventStore({ runtime: systemRuntime });
  const taken: Array<number> = [];
  const store: EventStore = {
    ...memory,
    append: (stream, events, expected) => async () => {
      const bytes = batchBytes(events);
      if (bytes > limit) return E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes, limit: maxBatchBytes });
      if (stream.endsWith(alice)) taken.push(bytes);
      return memory.append(stream, events, expected)();
    },
  };
  const engine = await createAccountDataEngine({ store });
  onTestFinished(() => engine.close());
  return { engine, taken };
};

const setAll = async ({ engine }: Appends, count: number, length: number): Promise<void> => {
  const changes = await Promise.all(
    Array.from({ length: count }, (_none, n) => engine.setAccountData(alice, null, `type.${n}`, { n, filling: 'x'.repeat(length) })),
  );
  expect(changes.map(({ revision }) => Number(revision))).toEqual(Array.from({ length: count }, (_none, n) => n));
  expect(changes.every(({ delivery }) => delivery === 'done')).toBe(true);
  for (let n = 0; n < count; n += 1) expect(engine.get(alice, null, `type.${n}`)?.content['n']).toBe(n);
};

describe('changes of one user that come together', () => {
  test('share one append', async () => {
    const appends = await open(maxBatchBytes);
    await setAll(appends, 64, 10);
    expect(appends.taken).toHaveLength(1);
  });

  test('share as few appends as the limit of a batch allows, in the order they came', async () => {
    const appends = await open(maxBatchBytes);
    await setAll(appends, 64, 60_000);
    expect(appends.taken).toHaveLength(4);
  });

  test('are all taken by a store that takes less than it should', async () => {
    await setAll(await open(70_000), 8, 60_000);
    await setAll(await open(150_000), 8, 60_000);
  });

  test('are answered with a position of their own, the same in a retry', async () => {
    const { engine, taken } = await open(maxBatchBytes);
    const ask = (n: number, requestKey: string) => engine.setAccountData(alice, null, `type.${n}`, { n }, { requestKey });
    const first = await Promise.all([ask(1, 'a'), ask(2, 'b'), ask(3, 'c')]);
    expect(taken).toHaveLength(1);
    const positions = first.map(({ position }) => Number(position));
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    const again = await Promise.all([ask(1, 'a'), ask(2, 'b'), ask(3, 'c')]);
    expect(again.map(({ repeated }) => repeated)).toEqual([true, true, true]);
    expect(again.map(({ position }) => position)).toEqual(first.map(({ position }) => position));
  });

  test('that do not wait for reads are answered with their own position or none, never with another change\'s', async () => {
    const { engine } = await open(maxBatchBytes);
    const changes = await Promise.all([1, 2, 3].map((n) => engine.setAccountData(alice, null, `type.${n}`, { n }, { await: 'appended', requestKey: String(n) })));
    await engine.setAccountData(alice, null, 'type.last', {});
    for (const [index, change] of changes.entries()) {
      const n = index + 1;
      const again = await engine.setAccountData(alice, null, `type.${n}`, { n }, { await: 'appended', requestKey: String(n) });
      expect([undefined, again.position]).toContain(change.position);
    }
  });

  test('are refused alone where one of them is too large for the store', async () => {
    const { engine, taken } = await open(50_000);
    const settled = await Promise.allSettled([
      engine.setAccountData(alice, null, 'small', { n: 1 }),
      engine.setAccountData(alice, null, 'large', { filling: 'x'.repeat(60_000) }),
      engine.setAccountData(alice, null, 'small', { n: 2 }),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { code: 'batch_too_large' } });
    expect(taken).toHaveLength(2);
    expect(engine.get(alice, null, 'small')?.content).toEqual({ n: 2 });
  });
});
