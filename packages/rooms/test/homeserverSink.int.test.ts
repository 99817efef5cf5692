import { Position, Revision, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { type HomeserverSinkOptions, type RoomEventRequest, type RoomEventSink, homeserverSink } from '../src/index.js';
import { homeserverForEachTest, startHomeserver, withAccessToken } from '@account-data/tests-homeserver-double';
import { alice, names, until } from './support/fixtures.js';

const homeserver = homeserverForEachTest();

const sinkOf = (options: Partial<HomeserverSinkOptions> = {}): RoomEventSink =>
  homeserverSink({
    ...withAccessToken(homeserver),
    store: createInMemoryEventStore({ runtime: systemRuntime }),
    names,
    ...options,
  });

const request = (n = 0, overrides: Partial<RoomEventRequest['event']> = {}): RoomEventRequest => ({
  module: 'audit-room',
  event: {
    type: 'm.room.message',
    room_id: '!audit:example.org',
    sender: '@auditor:example.org',
    content: { msgtype: 'm.text', body: `message ${n}` },
    ...overrides,
  },
  source: { eventId: `event-${n}`, userId: alice, revision: Revision(n), position: Position(n), index: 0, epoch: 1 },
});

describe('a homeserver', () => {
  it('is sent events with an access token, once for each, however often', async () => {
    const sink = sinkOf();
    const first = await sink.send(request(0));
    expect(await sink.send(request(0))).toEqual(first);
    expect(await sinkOf().send(request(0))).toEqual(first);
    await sink.send(request(1));
    await sink.send({ module: 'audit-room', event: request(2).event });
    expect(homeserver.events.map(({ sender, type, room_id, content }) => ({ sender, type, room_id, content }))).toEqual(
      [0, 1, 2].map((n) => ({
        sender: '@auditor:example.org',
        type: 'm.room.message',
        room_id: '!audit:example.org',
        content: { msgtype: 'm.text', body: `message ${n}` },
      })),
    );
    const [seen] = homeserver.requests;
    expect(seen).toMatchObject({ method: 'PUT', token: 'user-token', contentType: 'application/json' });
    expect(seen?.query.has('user_id')).toBe(false);
    expect(seen?.path).toMatch(/^\/_matrix\/client\/v3\/rooms\/!audit%3Aexample\.org\/send\/m\.room\.message\/[0-9a-f-]{36}$/);
  });

  it('is sent events by an application service as the sender', async () => {
    const sink = sinkOf({ identity: { _tag: 'ApplicationService', token: 'service-token' }, baseUrl: `${homeserver.url}/` });
    await sink.send(request(0, { sender: '@announcer:example.org' }));
    expect(homeserver.events[0]?.sender).toBe('@announcer:example.org');
    expect(homeserver.requests[0]?.query.get('user_id')).toBe('@announcer:example.org');
  });

  it('is left alone for as long as it asks for, by all events', async () => {
    homeserver.misbehave({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1_200 } });
    const waits: Array<number> = [];
    const sink = sinkOf({
      runtime: {
        ...systemRuntime,
        timers: {
          ...systemRuntime.timers,
          setTimeout: (callback, milliseconds) => {
            waits.push(milliseconds);
            return systemRuntime.timers.setTimeout(callback, milliseconds);
          },
        },
      },
    });
    // The second is sent once the sink knows what it was asked for: it waits with the first.
    const isAsked = (): boolean => waits.some((milliseconds) => milliseconds > 1_000 && milliseconds <= 1_200);
    await Promise.all([sink.send(request(0)), until(isAsked, 'it waits').then(() => sink.send(request(1)))]);
    const [first, ...later] = homeserver.requests;
    expect(later).toHaveLength(2);
    for (const { at } of later) expect(at - (first?.at ?? 0)).toBeGreaterThan(1_150);
    expect(homeserver.events).toHaveLength(2);
  });

  it('is left alone for as long as its header Retry-After asks for', async () => {
    homeserver.misbehave({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED' }, headers: { 'retry-after': '2' } });
    await sinkOf({ runtime: systemRuntime }).send(request(0));
    const [first, second] = homeserver.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1_950);
  });

  it('is asked again after a 5xx, an answer that was lost and a broken connection, and keeps one event', async () => {
    homeserver.misbehave({ status: 502, body: 'bad gateway' }, 'answer-lost', 'hang-up', { status: 504 });
    await sinkOf().send(request(0));
    expect(homeserver.requests).toHaveLength(5);
    expect(homeserver.events).toHaveLength(1);
  });

  it('that does not come back fails the delivery in the end', async () => {
    homeserver.misbehave({ status: 500 }, { status: 503 }, { status: 500 });
    await expect(sinkOf({ attempts: 3 }).send(request(0))).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    await homeserver.close();
    await expect(sinkOf({ attempts: 2 }).send(request(0))).rejects.toMatchObject({ code: 'homeserver_unavailable' });
  });

  it('that sends elsewhere has not taken the event, and nobody else hears of it', async () => {
    const elsewhere = await startHomeserver();
    try {
      const redirect = { status: 307, body: 'see there', headers: { location: `${elsewhere.url}/` } };
      homeserver.misbehave(redirect, redirect);
      const refused = sinkOf({ attempts: 2 }).send(request(0));
      await expect(refused).rejects.toMatchObject({ code: 'homeserver_unavailable' });
      await expect(refused).rejects.toThrow('307, a redirect, which is not followed');
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    ['an unknown token', { identity: { _tag: 'AccessToken', token: 'secret-token-1' } }, {}, 'M_UNKNOWN_TOKEN'],
    ['a room that the sender is not in', {}, { room_id: '!other:example.org' }, 'M_FORBIDDEN'],
  ] as const)('that refuses (%s) is not asked again, and no token is shown', async (_why, options, event, errcode) => {
    const refused = sinkOf(options).send(request(0, event));
    await expect(refused).rejects.toMatchObject({ code: 'homeserver_refused' });
    await expect(refused).rejects.toThrow(errcode);
    await expect(refused).rejects.not.toThrow('secret-token-1');
    expect(homeserver.requests).toHaveLength(1);
  });

  it('that answers 200 without an event id is no homeserver', async () => {
    homeserver.misbehave({ status: 200, body: '<html>welcome</html>' });
    await expect(sinkOf().send(request(0))).rejects.toMatchObject({ code: 'homeserver_refused' });
  });

  it('that does not answer is given up after the timeout, and at once with the delivery', async () => {
    const stuck: HomeserverSinkOptions['fetch'] = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    await expect(sinkOf({ fetch: stuck, requestTimeout: 2_000, attempts: 2 }).send(request(0))).rejects.toMatchObject({ code: 'homeserver_unavailable' });
    const controller = new AbortController();
    const sending = sinkOf({ fetch: stuck }).send({ ...request(0), signal: controller.signal });
    controller.abort();
    await expect(sending).rejects.toMatchObject({ code: 'homeserver_unavailable' });
  });
});
