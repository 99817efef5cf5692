import { simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import {
  createInMemoryEventStore,
  type InMemoryEventStore,
  type PositionedEvent,
  type ProposedEvent,
  StreamName,
  type WriteFault,
} from '../src/index.js';

const world = (seed = 1, options: { fault?: () => WriteFault | undefined; keepTombstoned?: boolean } = {}) => {
  const runtime = simulatedRuntime({ seed, startAt: 1_000 });
  const store = createInMemoryEventStore({ runtime, flushDelay: 10, ...options });
  const event = (): ProposedEvent => ({ id: runtime.random.uuid(), type: 'Happened', data: {}, metadata: {} });
  return { runtime, store, event };
};

const ids = async (store: InMemoryEventStore): Promise<ReadonlyArray<string>> => {
  const slice = await store.readAll({ after: 'start', limit: 1_000 })();
  if (E.isLeft(slice)) throw new Error(slice.left._tag);
  return slice.right.events.map(({ id }) => id);
};

const name = StreamName('s');

describe('the in-memory store in a simulated world', () => {
  it('acknowledges and shows nothing before it is durable', async () => {
    const { runtime, store, event } = world();
    const seen: Array<PositionedEvent> = [];
    store.subscribe({ after: 'start', onBatch: ({ events }) => void seen.push(...events) });
    let answer: unknown;
    void store.append(name, [event()], 'no-stream')().then((result) => (answer = result));
    await runtime.advance(9);
    expect(answer).toBeUndefined();
    expect(await ids(store)).toEqual([]);
    expect(seen).toEqual([]);
    await runtime.advance(1);
    expect(answer).toMatchObject(E.right({ revision: '0' }));
    expect(seen).toHaveLength(1);
    expect(seen[0]?.created).toBe(1_010);
  });

  it('tells subscriptions before it acknowledges', async () => {
    const { runtime, store, event } = world();
    const order: Array<string> = [];
    store.subscribe({ after: 'start', onBatch: () => void order.push('delivered') });
    await runtime.settle();
    void store.append(name, [event()], 'no-stream')().then(() => order.push('acknowledged'));
    await runtime.advance(10);
    expect(order).toEqual(['delivered', 'acknowledged']);
  });

  it('keeps what was acknowledged over a crash, and of what was in flight a first part in its order', async () => {
    const survivors = new Set<number>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { runtime, store, event } = world(seed);
      const kept = event();
      void store.append(name, [kept], 'no-stream')();
      await runtime.advance(10);
      const inFlight = [event(), event(), event()];
      let answers = 0;
      for (const one of inFlight) void store.append(name, [one], 'any')().then(() => (answers += 1));
      await runtime.advance(5);
      const after = store.crash();
      await runtime.advance(100);
      const found = await ids(after);
      expect(found).toEqual([kept, ...inFlight].slice(0, found.length).map(({ id }) => id));
      expect(found.length).toBeGreaterThanOrEqual(1);
      expect(answers).toBe(0);
      survivors.add(found.length - 1);
    }
    expect([...survivors].sort()).toEqual([0, 1, 2, 3]);
  });

  it('never answers on a handle that crashed, and falls silent', async () => {
    const { runtime, store, event } = world();
    const other = store.connect();
    let calls = 0;
    store.subscribe({ after: 'start', onBatch: () => void (calls += 1) });
    other.subscribe({ after: 'start', onBatch: () => void (calls += 1) });
    await runtime.settle();
    const revived = store.crash();
    let answers = 0;
    void store.head()().then(() => (answers += 1));
    void other.head()().then(() => (answers += 1));
    void other.append(name, [event()], 'any')().then(() => (answers += 1));
    void revived.append(name, [event()], 'no-stream')();
    await runtime.advance(1_000);
    expect(await ids(revived)).toHaveLength(1);
    expect({ calls, answers }).toEqual({ calls: 0, answers: 0 });
  });

  it('lets one client die alone: what it was writing becomes durable, and the others go on', async () => {
    const { runtime, store, event } = world();
    const other = store.connect();
    let answered = false;
    void store.append(name, [event()], 'no-stream')().then(() => (answered = true));
    store.abandon();
    await runtime.advance(10);
    expect(answered).toBe(false);
    expect(await ids(other)).toHaveLength(1);
  });

  it('shares one log among its clients', async () => {
    const { runtime, store, event } = world();
    const other = store.connect();
    const seen: Array<string> = [];
    other.subscribe({ after: 'start', onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    const one = event();
    void store.append(name, [one], 'no-stream')();
    await runtime.advance(10);
    expect(seen).toEqual([one.id]);
    await store.close();
    expect(await ids(other)).toEqual([one.id]);
  });

  it.each([
    ['unavailable', 'StoreUnavailable', 0],
    ['request-lost', 'OutcomeUnknown', 0],
    ['answer-lost', 'OutcomeUnknown', 1],
  ] as const)('can go wrong: %s gives %s and stores %i', async (fault, tag, stored) => {
    let next: WriteFault | undefined = fault;
    const { runtime, store, event } = world(1, { fault: () => next });
    const one = event();
    let answer: unknown;
    void store.append(name, [one], 'no-stream')().then((result) => (answer = result));
    await runtime.advance(10);
    expect(answer).toMatchObject(E.left({ _tag: tag }));
    expect(await ids(store)).toHaveLength(stored);
    next = undefined;
    void store.append(name, [one], 'no-stream')().then((result) => (answer = result));
    await runtime.advance(10);
    expect(answer).toMatchObject(E.right({ revision: '0' }));
    expect(await ids(store)).toEqual([one.id]);
  });

  it.each([true, false])('shows tombstoned events in the log or not, as it is told (%s)', async (keepTombstoned) => {
    const { runtime, store, event } = world(1, { keepTombstoned });
    void store.append(name, [event()], 'no-stream')();
    void store.tombstone(name)();
    await runtime.advance(10);
    expect(await ids(store)).toHaveLength(keepTombstoned ? 1 : 0);
  });

  it('does the same for the same seed', async () => {
    const history = async (): Promise<unknown> => {
      const { runtime, store, event } = world(77);
      for (let round = 0; round < 10; round += 1) {
        void store.append(name, [event()], 'any')();
        await runtime.advance(3);
      }
      return ids(store.crash());
    };
    expect(await history()).toEqual(await history());
  });
});
