import { consume } from '@account-data/consumer';
import type { Checkpoint } from '@account-data/consumer';
import { systemRuntime } from '@account-data/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccountDataClient, type ClientError, type FeedEvent, type FeedItem, type FeedOptions, clientFeed, createAccountDataClient } from '../src/index.js';
import { fastRuntime } from './support/fastRuntime.js';
import { type FaultProxy, startFaultProxy } from './support/FaultProxy.js';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

let server: RealServer;
let proxy: FaultProxy;
let client: AccountDataClient;

beforeAll(async () => {
  server = await startRealServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  proxy = await startFaultProxy(server.url);
  client = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, runtime: fastRuntime().runtime });
});

afterEach(async () => {
  await proxy.close();
});

const write = async (user: string, from: number, to: number): Promise<void> => {
  for (let n = from; n <= to; n += 1) await server.engine.setAccountData(user, null, 'n', { n });
};

const numbersOf = (items: ReadonlyArray<FeedItem>): ReadonlyArray<unknown> =>
  items.flatMap((item) => (item._tag === 'AccountDataUpdated' ? [item.content['n']] : []));

const upTo = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, index) => index + 1);

/** Reads until so many events are there; what else happens is up to `during`. */
const read = async (options: FeedOptions, count: number, during?: (items: ReadonlyArray<FeedItem>) => void): Promise<ReadonlyArray<FeedItem>> => {
  const items: Array<FeedItem> = [];
  for await (const item of client.feed(options)) {
    if (item._tag === 'Progress') continue;
    items.push(item);
    during?.(items);
    if (items.length >= count) break;
  }
  return items;
};

describe('the feed', () => {
  it('ends at the end where that is asked for, and with the signal of the client', async () => {
    const user = '@end:example.org';
    await write(user, 1, 2);
    const seen: Array<FeedItem> = [];
    for await (const item of client.feed({ after: 'start', userId: user, toEnd: true })) seen.push(item);
    expect(numbersOf(seen)).toEqual([1, 2]);
    expect(seen.at(-1)?._tag).toBe('Progress');

    const stop = new AbortController();
    const stoppable = createAccountDataClient({ baseUrl: proxy.url, token: tokens.service, runtime: fastRuntime().runtime, signal: stop.signal });
    for await (const item of stoppable.feed({ after: 'start', userId: user })) if (item._tag === 'Progress') stop.abort();
    await expect(stoppable.get(user, null, 'n')).rejects.toMatchObject({ _tag: 'Aborted' });
  });

  it('gives what was, and then what happens, of all kinds', async () => {
    const user = '@ann:example.org';
    await write(user, 1, 2);
    const reading = read({ after: 'start', userId: user, tags: true }, 5);
    await write(user, 3, 3);
    await server.engine.setTag(user, '!r:x.y', 'u.a', { order: 0.5 });
    await server.engine.removeTag(user, '!r:x.y', 'u.a');
    const items = await reading;
    expect(items).toMatchObject([
      { _tag: 'AccountDataUpdated', userId: user, roomId: null, type: 'n', content: { n: 1 }, revision: '0', actor: { kind: 'user', id: user }, origin: 'api' },
      { content: { n: 2 } },
      { content: { n: 3 } },
      { _tag: 'RoomTagSet', roomId: '!r:x.y', tag: 'u.a', content: { order: 0.5 } },
      { _tag: 'RoomTagRemoved', roomId: '!r:x.y', tag: 'u.a' },
    ]);
    expect(numbersOf(await read({ after: items[0]?.id ?? '', userId: user }, 2))).toEqual([2, 3]);
  });

  it('has no gap and no duplicate, wherever its connection is cut', async () => {
    const user = '@ben:example.org';
    const total = 300;
    await write(user, 1, total);
    // Each connection is cut after a few hundred bytes more than the last: in ids, names, data, between events.
    const cuts = Array.from({ length: 40 }, (_, index) => ({ kind: 'cutAfter' as const, bytes: 431 + 37 * index }));
    proxy.plan(...cuts);
    const broken: Array<ClientError> = [];
    const items = await read({ after: 'start', userId: user, onDisconnect: (error) => void broken.push(error) }, total);
    expect(numbersOf(items)).toEqual(upTo(total));
    expect(broken.length).toBeGreaterThan(20);
    expect(proxy.seen.slice(1).some(({ headers }) => headers['last-event-id'] !== undefined)).toBe(true);
  });

  it('goes on over refused, busy and silent connections, and while changes are made', async () => {
    const user = '@cleo:example.org';
    await write(user, 1, 10);
    const writing = { done: Promise.resolve() };
    proxy.plan(
      { kind: 'refuse' },
      { kind: 'answer', status: 503, headers: { 'retry-after': '1' } },
      { kind: 'answer', status: 429 },
      { kind: 'silence' },
    );
    const items = await read({ after: 'start', userId: user, heartbeat: 200 }, 40, ({ length }) => {
      if (length === 5) writing.done = write(user, 11, 40);
      if (length === 8 || length === 20) proxy.cutAll();
    });
    await writing.done;
    expect(numbersOf(items)).toEqual(upTo(40));
  }, 30_000);

  it('from now on misses nothing when it is cut before its first item', async () => {
    const user = '@dan:example.org';
    await write(user, 1, 1);
    const stop = new AbortController();
    const items: Array<FeedItem> = [];
    let broken = 0;
    proxy.plan({ kind: 'cutAfter', bytes: 5 });
    const reading = (async () => {
      const feed = client.feed({ userId: user, signal: stop.signal, onDisconnect: () => void (broken += 1) });
      for await (const item of feed) if (item._tag !== 'Progress') items.push(item);
    })();
    await expect.poll(() => broken).toBe(1);
    await write(user, 2, 3);
    await expect.poll(() => items.length).toBe(2);
    stop.abort();
    await reading;
    expect(numbersOf(items)).toEqual([2, 3]);
    expect(proxy.seen[1]?.headers['last-event-id']).toMatch(/^\d+_/);
  });

  it('notices a connection that died in silence by its heartbeats', async () => {
    const user = '@eli:example.org';
    await write(user, 1, 1);
    const stop = new AbortController();
    const broken: Array<ClientError> = [];
    // The proxy goes silent right away; the client's timers run 20 times as fast.
    proxy.plan({ kind: 'silence' });
    const items: Array<FeedItem> = [];
    const reading = (async () => {
      for await (const item of client.feed({ after: 'start', userId: user, heartbeat: 100, signal: stop.signal, onDisconnect: (error) => void broken.push(error) })) {
        if (item._tag !== 'Progress') items.push(item);
        else if (items.length > 0) stop.abort();
      }
    })();
    await reading;
    expect(broken[0]).toMatchObject({ _tag: 'TimedOut' });
    expect(numbersOf(items)).toEqual([1]);
  });

  it('ends with its signal, and fails for good where waiting does not help', async () => {
    const stop = new AbortController();
    const feed = client.feed({ signal: stop.signal });
    const waiting = feed.next().then(() => feed.next());
    await expect.poll(() => proxy.seen.length).toBe(1);
    stop.abort();
    expect(await waiting).toMatchObject({ done: true });
    await expect(client.feed({ after: '5_another-log' }).next()).rejects.toMatchObject({ _tag: 'Problem', code: 'other_log' });
    await expect(client.feed({ after: 'nonsense' }).next()).rejects.toMatchObject({ code: 'invalid_request' });
    const alice = createAccountDataClient({ baseUrl: server.url, token: tokens.alice });
    await expect(alice.feed().next()).rejects.toMatchObject({ code: 'forbidden', status: 403 });
  });

  it('refuses events that it can\'t read, and passes over kinds that it does not know', async () => {
    const answer = (body: string) => ({ kind: 'answer', status: 200, headers: { 'content-type': 'text/event-stream' }, body }) as const;
    proxy.plan(answer('event: something_new\nid: 7_log\ndata: {}\n\nevent: user_erased\nid: 8_log\ndata: {"user_id":"nobody"}\n\n'));
    const feed = client.feed({ after: 'start' });
    expect(await feed.next()).toMatchObject({ value: { _tag: 'Progress', id: '7_log', position: '7' } });
    await expect(feed.next()).rejects.toMatchObject({ _tag: 'UnexpectedAnswer' });
    proxy.plan(answer('event: progress\nid: 9_log\ndata: {"user_id":"@a\ndata: {}\n\n'));
    await expect(client.feed({ after: 'start' }).next()).rejects.toMatchObject({ _tag: 'UnexpectedAnswer' });
    proxy.plan({ kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' });
    await expect(client.feed().next()).rejects.toMatchObject({ _tag: 'UnexpectedAnswer' });
  });
});

describe('a consumer of the feed', () => {
  it('is told where the log ends, whatever its filter', async () => {
    const { position } = await client.set('@finn:example.org', null, 'head', { n: 1 });
    expect(await clientFeed(client, { userId: '@nobody:example.org' }).head()).toBe(position);
  });

  it('handles each change exactly once, although connections and transactions fail', async () => {
    const user = '@finn:example.org';
    const total = 60;
    await write(user, 1, total);
    proxy.plan(...Array.from({ length: 12 }, (_, index) => ({ kind: 'cutAfter' as const, bytes: 700 + 311 * index })));
    const stop = new AbortController();
    let kept: { readonly handled: ReadonlyArray<unknown>; readonly checkpoint: Checkpoint | null } = { handled: [], checkpoint: null };
    let transactions = 0;
    await consume<FeedEvent, { handled: Array<unknown>; checkpoint: Checkpoint | null }>({
      source: clientFeed(client, { userId: user, type: 'n' }),
      signal: stop.signal,
      batchSize: 7,
      batchDelay: 1,
      database: {
        transaction: async (work) => {
          const own = { handled: [...kept.handled], checkpoint: kept.checkpoint };
          const result = await work(own);
          transactions += 1;
          if (transactions % 5 === 0) throw new Error('The database failed to commit.');
          kept = own;
          if (kept.handled.length >= total) stop.abort();
          return result;
        },
        loadCheckpoint: () => kept.checkpoint,
        saveCheckpoint: (own, checkpoint) => {
          own.checkpoint = checkpoint;
        },
      },
      handle: (own, event) => {
        if (event._tag === 'AccountDataUpdated') own.handled.push(event.content['n']);
      },
      runtime: {
        ...systemRuntime,
        timers: { ...systemRuntime.timers, setTimeout: (callback, milliseconds) => systemRuntime.timers.setTimeout(callback, milliseconds / 20) },
      },
    });
    expect(kept.handled).toEqual(upTo(total));
    expect(kept.checkpoint?.logId).toBe(`${server.engine.logId}_0`);
  }, 40_000);
});
