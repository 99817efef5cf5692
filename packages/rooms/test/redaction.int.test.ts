import { type EventStore, Position, Revision, StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type HomeserverSinkOptions,
  type RoomEventRequest,
  type RoomEventSink,
  homeserverSink,
  remainingOnHomeserver,
} from '../src/index.js';
import { homeserverForEachTest, hurriedRuntime, withAccessToken } from '@account-data/tests-homeserver-double';
import { alice, bob, names, right, until } from './support/fixtures.js';

const room = '!audit:example.org';
const auditor = '@auditor:example.org';
const secret = 'a-secret-of-alice';

const homeserver = homeserverForEachTest();
let store: EventStore;

beforeEach(() => {
  store = createInMemoryEventStore({ runtime: systemRuntime });
});

/** A new one each time, as after a restart: all it knows is in the store. */
const sinkOf = (options: Partial<HomeserverSinkOptions> = {}): RoomEventSink =>
  homeserverSink({
    ...withAccessToken(homeserver),
    store,
    names,
    ...options,
  });

const request = (n: number, { user = alice, index = 0, sender = auditor } = {}): RoomEventRequest => ({
  module: 'audit-room',
  event: { type: 'm.room.message', room_id: room, sender, content: { msgtype: 'm.text', body: `${user} ${secret} ${n}` } },
  source: { eventId: `event-${user}-${n}`, userId: user, revision: Revision(n), position: Position(n), index, epoch: 1 },
});

const sendAll = async (sink: RoomEventSink, count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await sink.send(request(n));
};

const redactions = (): number => homeserver.requests.filter(({ path }) => path.includes('/redact/')).length;

const standing = (): ReadonlyArray<string> => homeserver.events.filter(({ content }) => JSON.stringify(content).includes(secret)).map(({ event_id }) => event_id);

const record = StreamName(`account_data_sent-${alice}`);

describe('what was sent to a homeserver about a user', () => {
  it('is redacted as its sender, each event once, and what is about others stays', async () => {
    const sink = sinkOf();
    await sendAll(sink, 3);
    await sink.send(request(0, { user: bob }));
    const redacted = await sink.redact(alice);
    expect(redacted).toEqual({ redacted: [{ roomId: room, events: 3 }], remaining: [] });
    expect(homeserver.events.map(({ redactedBy }) => redactedBy.length)).toEqual([1, 1, 1, 0]);
    expect(standing()).toEqual(['$event3']);
    const paths = homeserver.requests.filter(({ path }) => path.includes('/redact/')).map(({ method, path }) => `${method} ${path}`);
    expect(paths[0]).toMatch(/^PUT \/_matrix\/client\/v3\/rooms\/!audit%3Aexample\.org\/redact\/%24event0\/[0-9a-f-]{36}$/);
    // Done: nothing is kept, nothing is asked for again, nothing can be added.
    expect(right(await store.read(record, { limit: 1 })())).toEqual({ _tag: 'Tombstoned' });
    expect(await sinkOf().redact(alice)).toEqual({ redacted: [], remaining: [] });
    await sinkOf().send(request(7));
    expect(redactions()).toBe(3);
    expect(homeserver.events).toHaveLength(4);
  });

  it('is redacted by an application service as the user that sent it', async () => {
    const sink = sinkOf({ identity: { _tag: 'ApplicationService', token: 'service-token' } });
    await sink.send(request(0, { sender: '@announcer:example.org' }));
    await sink.send(request(1, { sender: '@bridge:example.org' }));
    await sink.redact(alice);
    expect(standing()).toEqual([]);
    expect(homeserver.requests.slice(2).map(({ query }) => query.get('user_id'))).toEqual(['@announcer:example.org', '@bridge:example.org']);
  });

  it('is recorded without its content', async () => {
    await sendAll(sinkOf(), 2);
    const { events } = right(await store.readAll({ after: 'start', limit: 100 })());
    expect(events.map(({ type }) => type)).toEqual(['RoomEventSending', 'RoomEventArrived', 'RoomEventSending', 'RoomEventArrived']);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('is sent once, also after the homeserver has forgotten its transactions or the token was changed', async () => {
    await sendAll(sinkOf(), 3);
    homeserver.forgetTransactions();
    expect(await sinkOf().send(request(1))).toEqual({ eventId: '$event1' });
    const changed = sinkOf({ identity: { _tag: 'ApplicationService', token: 'service-token' } });
    expect(await changed.send(request(2))).toEqual({ eventId: '$event2' });
    expect(homeserver.events).toHaveLength(3);
  });

  it('is redacted although the answer never came', async () => {
    homeserver.misbehave('answer-lost');
    await expect(sinkOf({ attempts: 1 }).send(request(0))).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    expect(standing()).toEqual(['$event0']);
    expect(await sinkOf().redact(alice)).toEqual({ redacted: [{ roomId: room, events: 1 }], remaining: [] });
    expect(standing()).toEqual([]);
    expect(homeserver.events).toHaveLength(1);
  });

  it('is told to remain where an answer never came and the homeserver has forgotten since', async () => {
    homeserver.misbehave('answer-lost');
    await expect(sinkOf({ attempts: 1 }).send(request(0))).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    homeserver.forgetTransactions();
    const nextDay: Runtime = { ...hurriedRuntime, clock: { ...hurriedRuntime.clock, now: () => hurriedRuntime.clock.now() + 86_400_000 } };
    const { remaining } = await sinkOf({ runtime: nextDay }).redact(alice);
    expect(remaining).toMatchObject([{ roomId: room, eventId: null }]);
    expect(remaining[0]?.why).toMatch(/^sent at \d{4}-.* without an answer; it stands there still if /);
  });

  it('is not looked for where the homeserver refused it', async () => {
    homeserver.leave(room, auditor);
    await expect(sinkOf().send(request(0))).rejects.toMatchObject({ code: 'homeserver_refused' });
    expect(await sinkOf().redact(alice)).toEqual({ redacted: [], remaining: [] });
    expect(homeserver.requests).toHaveLength(1);
  });

  it('is redacted at once when it arrives after the erasure', async () => {
    const arriving = sinkOf();
    let erased: Promise<unknown> | undefined;
    homeserver.onRequest(() => {
      // Another instance erases the user while the first event is on its way, and finds nothing under its transaction.
      erased ??= store
        .append(record, [{ id: systemRuntime.random.uuid(), type: 'RoomEventsClosed', data: { userId: alice }, metadata: { schemaVersion: 1 } }], Revision(0))()
        .then(() => store.tombstone(record)());
    });
    await arriving.send(request(0));
    expect(standing()).toEqual([]);
    expect(homeserver.events).toHaveLength(1);
  });
});

describe('a redaction', () => {
  it('waits as long as a 429 asks for and is tried again after a 5xx', async () => {
    const sink = sinkOf();
    await sendAll(sink, 2);
    homeserver.misbehave({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 100 } }, { status: 502 }, 'answer-lost', 'hang-up');
    expect(await sink.redact(alice)).toMatchObject({ redacted: [{ events: 2 }], remaining: [] });
    expect(homeserver.events.map(({ redactedBy }) => redactedBy.length)).toEqual([1, 1]);
  });

  it('that is cut short goes on where it was, with what was redacted written down', async () => {
    await sendAll(sinkOf(), 50);
    homeserver.onRequest(() => {
      if (redactions() === 30) homeserver.misbehave(...Array.from({ length: 6 }, () => ({ status: 503 })));
    });
    await expect(sinkOf().redact(alice)).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    const before = redactions();
    expect(await sinkOf().redact(alice)).toEqual({ redacted: [{ roomId: room, events: 50 }], remaining: [] });
    expect(redactions() - before).toBeLessThanOrEqual(21);
    expect(homeserver.events.every(({ redactedBy }) => redactedBy.length === 1)).toBe(true);
  });

  it('whose process dies half way is finished by the next, and redacts nothing twice', async () => {
    const world = createInMemoryEventStore({ runtime: systemRuntime });
    store = world;
    await sendAll(sinkOf(), 50);
    const dying = world.connect();
    homeserver.onRequest(() => {
      if (redactions() === 33) dying.abandon();
    });
    const cutShort = sinkOf({ store: dying }).redact(alice);
    cutShort.catch(() => undefined);
    await until(() => redactions() >= 33, 'it got half way');
    expect(await sinkOf().redact(alice)).toEqual({ redacted: [{ roomId: room, events: 50 }], remaining: [] });
    await Promise.race([cutShort.catch(() => undefined), until(() => standing().length === 0, 'all is redacted')]);
    expect(standing()).toEqual([]);
    expect(homeserver.events.every(({ redactedBy }) => redactedBy.length === 1)).toBe(true);
  });

  it('ends when it is told to, and goes on later', async () => {
    await sendAll(sinkOf(), 10);
    const stop = new AbortController();
    homeserver.onRequest(() => {
      if (redactions() === 5) stop.abort();
    });
    await expect(sinkOf({ attempts: 1 }).redact(alice, stop.signal)).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    expect(redactions()).toBe(5);
    expect((await sinkOf().redact(alice)).redacted).toEqual([{ roomId: room, events: 10 }]);
  });

  it('of what was redacted before is no error', async () => {
    const sink = sinkOf();
    await sendAll(sink, 1);
    await fetch(`${homeserver.url}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/redact/%24event0/by-hand`, {
      method: 'PUT',
      headers: { authorization: 'Bearer user-token' },
      body: '{}',
    });
    expect(await sink.redact(alice)).toMatchObject({ redacted: [{ events: 1 }], remaining: [] });
  });

  it('that is refused is told of with room and event, and done when it is asked for again', async () => {
    const sink = sinkOf();
    await sendAll(sink, 3);
    homeserver.onRequest(() => {
      if (redactions() === 2) homeserver.misbehave({ status: 403, body: { errcode: 'M_FORBIDDEN' } }, { status: 404, body: { errcode: 'M_NOT_FOUND' } });
    });
    const answers = [await sink.redact(alice), await sinkOf().redact(alice)];
    expect(answers).toEqual([
      {
        redacted: [{ roomId: room, events: 1 }],
        remaining: [
          { roomId: room, eventId: '$event1', why: '403 M_FORBIDDEN' },
          { roomId: room, eventId: '$event2', why: '404 M_NOT_FOUND' },
        ],
      },
      { redacted: [{ roomId: room, events: 3 }], remaining: [] },
    ]);
    expect(standing()).toEqual([]);
  });

  it('with a token that is unknown fails, and forgets nothing', async () => {
    await sendAll(sinkOf(), 2);
    await expect(sinkOf({ identity: { _tag: 'AccessToken', token: 'old-token' } }).redact(alice)).rejects.toThrow('M_UNKNOWN_TOKEN');
    expect(right(await remainingOnHomeserver(store, names, alice)())).toMatchObject([{ eventId: '$event0' }, { eventId: '$event1' }]);
    expect(await sinkOf().redact(alice)).toMatchObject({ redacted: [{ events: 2 }] });
  });
});
