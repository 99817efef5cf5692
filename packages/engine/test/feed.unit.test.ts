import { streamNames } from '@account-data/domain';
import { createInMemoryEventStore, type EventStore, isAfter, Position, StreamName } from '@account-data/event-store';
import { makeTurns, simulatedRuntime, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { ErasedUsers } from '../src/erasure/ErasedUsers.js';
import type { FeedItem } from '../src/feed/FeedEvent.js';
import { FeedHub } from '../src/feed/FeedHub.js';
import { feedDecoder } from '../src/feed/feedDecoder.js';
import { type FeedOptions, type FeedSource, readFeed } from '../src/feed/readFeed.js';
import { accountDataLog } from '../src/index.js';

const names = streamNames();
const prefixes = [names.accountDataPrefix, names.tagsPrefix, names.erasuresPrefix];
const alice = '@alice:example.org';
const bob = '@bob:example.org';

const world = () => {
  const store: EventStore = createInMemoryEventStore({ runtime: systemRuntime });
  const { tasks } = accountDataLog({ store, runtime: systemRuntime });
  const erased = new ErasedUsers(store, names);
  const hub = new FeedHub(store, prefixes, feedDecoder, erased);
  const source: FeedSource = { store, runtime: systemRuntime, turns: makeTurns(systemRuntime), hub, prefixes, decode: feedDecoder, erased };
  return { store, tasks, hub, source };
};

/** Takes events (no progress) until there are so many, then ends the feed. */
const take = async (source: FeedSource, options: FeedOptions, count: number): Promise<ReadonlyArray<FeedItem>> => {
  const stop = new AbortController();
  const items: Array<FeedItem> = [];
  for await (const item of readFeed(source, { ...options, signal: stop.signal })) {
    if (item._tag === 'Progress') continue;
    items.push(item);
    if (items.length === count) stop.abort();
  }
  return items;
};

describe('a feed', () => {
  test('gives what was and what comes, in order, without gap or duplicate, to every reader', async () => {
    const { tasks, source } = world();
    for (let i = 0; i < 700; i += 1) await tasks.setAccountData(alice, null, 't', { i })();
    const readers = [take(source, { after: 'start' }, 1_400), take(source, { after: 'start' }, 1_400)];
    for (let i = 700; i < 1_400; i += 1) await tasks.setAccountData(i % 2 === 0 ? alice : bob, null, 't', { i })();
    for (const items of await Promise.all(readers)) {
      expect(items.map((item) => (item._tag === 'AccountDataUpdated' ? item.content['i'] : undefined))).toEqual(
        Array.from({ length: 1_400 }, (_, i) => i),
      );
    }
  });

  test('resumes after the position it was left at', async () => {
    const { tasks, source } = world();
    for (let i = 0; i < 10; i += 1) await tasks.setAccountData(alice, null, 't', { i })();
    const first = await take(source, { after: 'start' }, 4);
    const last = first.at(-1);
    const rest = await take(source, { after: last?.position ?? 'start' }, 6);
    expect([...first, ...rest].map(({ position }) => position)).toEqual(
      (await take(source, { after: 'start' }, 10)).map(({ position }) => position),
    );
  });

  test('is narrowed by user, room and type; tags come only if asked for', async () => {
    const { tasks, source } = world();
    const room = '!r:example.org';
    await tasks.setAccountData(bob, null, 't', {})();
    await tasks.setAccountData(alice, room, 'u', {})();
    await tasks.setTag(alice, room, 'u.work', {})();
    await tasks.setAccountData(alice, null, 't', {})();
    const tagOf = (items: ReadonlyArray<FeedItem>) => items.map((item) => [item._tag, 'userId' in item && item.userId]);
    expect(tagOf(await take(source, { after: 'start', filter: { userId: alice } }, 2))).toEqual([
      ['AccountDataUpdated', alice],
      ['AccountDataUpdated', alice],
    ]);
    expect(tagOf(await take(source, { after: 'start', filter: { userId: alice, roomId: room, tags: true } }, 2))).toEqual([
      ['AccountDataUpdated', alice],
      ['RoomTagSet', alice],
    ]);
    expect(tagOf(await take(source, { after: 'start', filter: { type: 't' } }, 2))).toEqual([
      ['AccountDataUpdated', bob],
      ['AccountDataUpdated', alice],
    ]);
  });

  test('a reader that is slower than the tail misses nothing', async () => {
    const { tasks, source } = world();
    const stop = new AbortController();
    const seen: Array<unknown> = [];
    const feed = readFeed(source, { after: 'now', signal: stop.signal });
    const next = feed.next();
    await tasks.setAccountData(alice, null, 't', { i: 0 })();
    await next;
    // A user each: a log without a projection folds the whole stream for each change.
    for (let i = 1; i < 1_500; i += 1) await tasks.setAccountData(`@user${String(i)}:example.org`, null, 't', { i })();
    for await (const item of feed) {
      if (item._tag === 'AccountDataUpdated') seen.push(item.content['i']);
      if (seen.length === 1_499) stop.abort();
    }
    expect(seen.at(-1)).toBe(1_499);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('tells a reader of nothing how far it is, so that it need not read again', async () => {
    const runtime = simulatedRuntime({ seed: 1 });
    const store = createInMemoryEventStore({ runtime });
    const { tasks } = accountDataLog({ store, runtime });
    const erased = new ErasedUsers(store, names);
    const hub = new FeedHub(store, prefixes, feedDecoder, erased);
    const source: FeedSource = { store, runtime, turns: makeTurns(runtime), hub, prefixes, decode: feedDecoder, erased };
    const stop = new AbortController();
    const feed = readFeed(source, { after: 'start', filter: { userId: bob }, heartbeat: 1_000, signal: stop.signal });
    await tasks.setAccountData(alice, null, 't', {})();
    const first = (await feed.next()).value;
    const waiting = feed.next();
    await tasks.setAccountData(alice, null, 't', {})();
    await runtime.advance(1_000);
    await runtime.advance(1_000);
    const beat = (await waiting).value;
    expect(first?._tag).toBe('Progress');
    expect(beat?._tag).toBe('Progress');
    stop.abort();
    await feed.next();
    expect(hub.size).toBe(0);
  });

  test('tells a reader of nothing how far it is while it catches up with a long log', async () => {
    const runtime = simulatedRuntime({ seed: 1 });
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    for (let part = 0; part < 7; part += 1) {
      const events = Array.from({ length: 500 }, () => ({ id: systemRuntime.random.uuid(), type: 'Foreign', data: {}, metadata: {} }));
      await store.append(StreamName(`${names.accountDataPrefix}${alice}`), events, 'any')();
    }
    const erased = new ErasedUsers(store, names);
    /** Each slice takes 400 milliseconds to read. */
    const slow: EventStore = {
      ...store,
      readAll: (options) => async () => {
        const read = await store.readAll(options)();
        await runtime.advance(400);
        return read;
      },
    };
    const hub = new FeedHub(slow, prefixes, feedDecoder, erased);
    const stop = new AbortController();
    const feed = readFeed(
      { store: slow, runtime, turns: makeTurns(systemRuntime), hub, prefixes, decode: feedDecoder, erased },
      { after: 'start', filter: { userId: bob }, heartbeat: 1_000, signal: stop.signal },
    );
    const items = [(await feed.next()).value, (await feed.next()).value, (await feed.next()).value];
    expect(items.map((item) => item?._tag)).toEqual(['Progress', 'Progress', 'Progress']);
    const positions = items.map((item) => item?.position ?? '0');
    const head = await store.head()();
    expect(isAfter(positions[1] ?? Position(0), positions[0] ?? Position(0))).toBe(true);
    expect(positions[2]).toBe(E.isRight(head) && head.right);
    stop.abort();
    await feed.next();
  });

  test('ends when told to, also while it waits, and leaves the shared tail', async () => {
    const { source, hub } = world();
    const stop = new AbortController();
    const feed = readFeed(source, { after: 'now', signal: stop.signal });
    const waiting = feed.next();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(hub.size).toBe(1);
    stop.abort();
    expect((await waiting).done).toBe(true);
    expect(hub.size).toBe(0);
  });

  test('shared by thousands of idle readers reads the store once, and reaches only whom it concerns', async () => {
    const { store: all, tasks } = world();
    const counts = { reads: 0, subscriptions: 0, open: 0 };
    const store: EventStore = {
      ...all,
      readAll: (options) => {
        counts.reads += 1;
        return all.readAll(options);
      },
      subscribe: (options) => {
        counts.subscriptions += 1;
        counts.open += 1;
        const subscription = all.subscribe(options);
        return {
          health: subscription.health,
          close: () => {
            counts.open -= 1;
            return subscription.close();
          },
        };
      },
    };
    const decoded: Array<string> = [];
    const decode: typeof feedDecoder = (event) => {
      decoded.push(event.id);
      return feedDecoder(event);
    };
    const erased = new ErasedUsers(store, names);
    const hub = new FeedHub(store, prefixes, decode, erased);
    const source: FeedSource = { store, runtime: systemRuntime, turns: makeTurns(systemRuntime), hub, prefixes, decode, erased };
    for (let i = 0; i < 50; i += 1) await tasks.setAccountData(alice, null, 't', { i })();
    const users = Array.from({ length: 3_000 }, (_, n) => `@user${String(n)}:example.org`);
    const stops = users.map(() => new AbortController());
    const heard = users.map((): Array<FeedItem> => []);
    // Half of them new, half gone on with from where a heartbeat left them.
    const first = readFeed(source, { after: 'now' });
    const head = (await first.next()).value?.position ?? 'start';
    await first.return();
    expect(counts).toEqual({ reads: 0, subscriptions: 1, open: 0 });
    const reading = users.map(async (userId, n) => {
      const after = n % 2 === 0 ? 'now' : head;
      const { signal } = stops[n] ?? new AbortController();
      for await (const item of readFeed(source, { after, filter: { userId }, signal })) heard[n]?.push(item);
    });
    while (!heard.every((items) => items.length === 1)) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    decoded.length = 0;
    const change = await tasks.setAccountData('@user1234:example.org', null, 't', { only: 'yours' })();
    for (let i = 0; i < 20; i += 1) await tasks.setAccountData(bob, null, 't', { i })();
    await expect.poll(() => heard[1_234]?.length).toBe(2);
    expect(heard[1_234]?.[1]).toMatchObject({ _tag: 'AccountDataUpdated', content: { only: 'yours' } });
    expect(change).toMatchObject({ right: { revision: '0' } });
    expect(heard.flatMap((items, n) => (items.length === 1 ? [] : [n]))).toEqual([1_234]);
    // One tail for all: nothing was read from the log, and each event was decoded once.
    expect(counts).toEqual({ reads: 0, subscriptions: 2, open: 1 });
    await expect.poll(() => decoded.length).toBe(21);
    for (const stop of stops) stop.abort();
    await Promise.all(reading);
    expect(hub.size).toBe(0);
    expect(counts.open).toBe(0);
  });
});
