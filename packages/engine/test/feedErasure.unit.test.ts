import { createInMemoryEventStore, type InMemoryEventStore } from '@account-data/event-store';
import { type ConfiguredModule, defaultPolicy } from '@account-data/modules';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, type EngineOptions, type FeedEvent, type FeedOptions, createAccountDataEngine } from '../src/index.js';

/** An unscavenged log: the in-memory store goes on showing tombstoned events, as EventStoreDB does. */

const alice = '@alice:example.org';
const bob = '@bob:example.org';
const room = '!r:example.org';
const secret = 'a-secret-of-alice';

const open = async (store: InMemoryEventStore, options: Partial<EngineOptions> = {}): Promise<AccountDataEngine> => {
  const engine = await createAccountDataEngine({ store, ...options });
  onTestFinished(() => engine.close());
  return engine;
};

/** Takes events until there is one of the user it is told of. */
const takeUntil = async (engine: AccountDataEngine, options: FeedOptions, last: string): Promise<ReadonlyArray<FeedEvent>> => {
  const stop = new AbortController();
  const events: Array<FeedEvent> = [];
  for await (const item of engine.feed({ ...options, signal: stop.signal })) {
    if (item._tag === 'Progress' || item._tag === 'PositionLost') continue;
    events.push(item);
    if (item._tag === 'AccountDataUpdated' && item.type === last) stop.abort();
  }
  return events;
};

const inShort = (events: ReadonlyArray<FeedEvent>): ReadonlyArray<string> => events.map(({ _tag, userId }) => `${_tag} ${userId}`);

const fill = async (engine: AccountDataEngine): Promise<void> => {
  await engine.setAccountData(alice, null, 't', { secret });
  await engine.setTag(alice, room, 'u.work', { secret });
  await engine.setAccountData(bob, null, 't', {});
};

describe('the feed of an unscavenged log', () => {
  test('gives nothing of a user who was erased, and tells of the erasure', async () => {
    const engine = await open(createInMemoryEventStore({ runtime: systemRuntime }));
    await fill(engine);
    await engine.eraseUser(alice);
    await engine.setAccountData(bob, null, 'last', {});
    const events = await takeUntil(engine, { after: 'start', filter: { tags: true } }, 'last');
    expect(inShort(events)).toEqual([`AccountDataUpdated ${bob}`, `UserErased ${alice}`, `AccountDataUpdated ${bob}`]);
  });

  test('nor of one whom another server erased while this one hears nothing', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const elsewhere = await open(store);
    await fill(elsewhere);
    const deaf = store.connect();
    const engine = await open(
      { ...deaf, subscribe: () => ({ health: () => ({ _tag: 'CatchingUp' }), close: () => Promise.resolve() }) },
      { start: 'at-once' },
    );
    await elsewhere.eraseUser(alice);
    await elsewhere.setAccountData(bob, null, 'last', {});
    expect(engine.projection.erased(alice)).toBe(false);
    const events = await takeUntil(engine, { after: 'start', filter: { tags: true } }, 'last');
    expect(inShort(events)).toEqual([`AccountDataUpdated ${bob}`, `UserErased ${alice}`, `AccountDataUpdated ${bob}`]);
  });

  test('nor what had been read for a slow reader before the erasure', async () => {
    const engine = await open(createInMemoryEventStore({ runtime: systemRuntime }));
    await fill(engine);
    await engine.setAccountData(alice, null, 'later', { secret });
    const stop = new AbortController();
    const feed = engine.feed({ after: 'start', signal: stop.signal });
    const first = await feed.next();
    await engine.eraseUser(alice);
    await engine.setAccountData(bob, null, 'last', {});
    const rest: Array<FeedEvent> = [];
    for await (const item of feed) {
      if (item._tag === 'Progress' || item._tag === 'PositionLost') continue;
      rest.push(item);
      if (item._tag === 'AccountDataUpdated' && item.type === 'last') stop.abort();
    }
    expect(first.value?._tag).toBe('AccountDataUpdated');
    expect(inShort(rest)).toEqual([`AccountDataUpdated ${bob}`, `UserErased ${alice}`, `AccountDataUpdated ${bob}`]);
  });

  test('nor what waited at the shared tail for a slow reader', async () => {
    const engine = await open(createInMemoryEventStore({ runtime: systemRuntime }));
    const stop = new AbortController();
    const feed = engine.feed({ after: 'now', signal: stop.signal });
    const next = feed.next();
    await engine.setAccountData(bob, null, 't', {});
    await next;
    await engine.setAccountData(alice, null, 't', { secret });
    await engine.eraseUser(alice);
    await engine.setAccountData(bob, null, 'last', {});
    const rest: Array<FeedEvent> = [];
    for await (const item of feed) {
      if (item._tag === 'Progress' || item._tag === 'PositionLost') continue;
      rest.push(item);
      if (item._tag === 'AccountDataUpdated' && item.type === 'last') stop.abort();
    }
    expect(inShort(rest)).toEqual([`AccountDataUpdated ${bob}`, `UserErased ${alice}`, `AccountDataUpdated ${bob}`]);
  });
});

test('the replay of an unscavenged log to a module calls it for no user who was erased', async () => {
  const heard: Array<string> = [];
  const listener: ConfiguredModule = {
    name: 'listener',
    policy: { ...defaultPolicy, from: { _tag: 'Start' } },
    setUp: (api) => {
      api.registerAccountDataCallbacks({
        onAccountDataUpdated: (userId, _roomId, type, _content, { isReplay }) => {
          heard.push(`${isReplay ? 'again ' : ''}${userId} ${type}`);
        },
      });
    },
  };
  const engine = await open(createInMemoryEventStore({ runtime: systemRuntime }), { modules: { configured: [listener] } });
  await fill(engine);
  await engine.setAccountData(alice, null, 'u', { secret }, { await: 'modules' });
  await engine.eraseUser(alice);
  heard.length = 0;
  const replayed = await engine.modules.replay('listener', { from: { _tag: 'Start' } })();
  expect(E.isRight(replayed) && replayed.right.deliveries).toBe(1);
  expect(heard).toEqual([`again ${bob} t`]);
});
