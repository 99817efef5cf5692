import { createInMemoryEventStore } from '@account-data/event-store';
import { type HomeserverSinkOptions, type RoomEventSink, homeserverSink } from '@account-data/rooms';
import { systemRuntime } from '@account-data/runtime';
import { homeserverForEachTest, withAccessToken } from '@account-data/tests-homeserver-double';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { alice, bob, createWorld, module, names, until } from './support/world.js';

const homeserver = homeserverForEachTest();

const sinkOf = (options: Partial<HomeserverSinkOptions> = {}): RoomEventSink =>
  homeserverSink({
    ...withAccessToken(homeserver),
    store: createInMemoryEventStore({ runtime: systemRuntime }),
    names,
    ...options,
  });

const event = {
  type: 'm.room.message',
  room_id: '!audit:example.org',
  sender: '@auditor:example.org',
  content: { msgtype: 'm.text', body: 'a message' },
};

describe('a homeserver that a host sends to', () => {
  it('may ask for longer than a callback may take, and is sent the event all the same', async () => {
    homeserver.misbehave({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 45_000 } });
    const world = createWorld({
      ...systemRuntime,
      clock: { ...systemRuntime.clock, monotonic: () => 20 * systemRuntime.clock.monotonic() },
      timers: {
        ...systemRuntime.timers,
        setTimeout: (callback, milliseconds) => systemRuntime.timers.setTimeout(callback, milliseconds / 20),
      },
    });
    // With the policy that modules have by default: what fails is skipped, after 30 seconds at the latest.
    const auditing = module('audit-room', async (_userId, _roomId, _type, _content, { api }) => {
      await api.createAndSendEventIntoRoom(event);
    });
    const host = world.host([auditing], { rooms: sinkOf({ runtime: world.runtime }) });
    await host.start();
    await world.set();
    await world.set({ user: bob });
    await until(() => homeserver.events.length === 2, 'both were sent');
    const [first] = homeserver.requests;
    await until(() => host.status().modules[0]?.deliveries === 2, 'both were handled');
    expect(host.status().modules[0]?.failures).toBe(0);
    await host.stop();
    const { at } = homeserver.requests.at(-1) ?? { at: 0 };
    expect(at - (first?.at ?? 0)).toBeGreaterThan(2_200);
  });

  it('hears of each change once from a host that is killed and started again', async () => {
    const world = createWorld();
    const auditing = module('audit-room', async (userId, _roomId, type, _content, { api }) => {
      await api.createAndSendEventIntoRoom({ ...event, content: { body: `${userId} ${type}` } });
    });
    for (let n = 0; n < 30; n += 1) await world.set({ user: `@user${n % 3}:example.org`, type: `m.n${n}` });
    for (let kill = 1; kill <= 3; kill += 1) {
      const store = world.store.connect();
      const host = createWorld(world.runtime, store).host([auditing], { rooms: sinkOf(), maxInFlight: 1, checkpoint: { milliseconds: 60_000 } });
      await host.start();
      await until(() => homeserver.requests.length >= kill * 5, 'some were sent');
      store.abandon();
    }
    const host = world.host([auditing], { rooms: sinkOf() });
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(homeserver.events).toHaveLength(30);
    expect(homeserver.requests.length).toBeGreaterThan(30);
  });
});

describe('a redaction', () => {
  it('finds all that a host sent which was killed again and again', async () => {
    const world = createWorld();
    const auditing = module('audit-room', async (userId, _roomId, type, _content, { api }) => {
      await api.createAndSendEventIntoRoom({ ...event, content: { body: `${userId} ${type}` } });
    });
    for (let n = 0; n < 40; n += 1) await world.set({ user: n % 2 === 0 ? alice : bob, type: `m.n${n}` });
    for (let kill = 1; kill <= 4; kill += 1) {
      const connected = world.store.connect();
      const host = createWorld(world.runtime, connected).host([auditing], { rooms: sinkOf({ store: connected }), maxInFlight: 2, checkpoint: { milliseconds: 60_000 } });
      await host.start();
      await until(() => homeserver.requests.length >= kill * 8, 'some were sent');
      connected.abandon();
    }
    const sent = homeserver.events.filter(({ content }) => JSON.stringify(content).includes(alice)).length;
    const { redacted } = await sinkOf({ store: world.store }).redact(alice);
    expect(redacted[0]?.events).toBeGreaterThanOrEqual(sent);
    const standing = homeserver.events.map(({ content }) => JSON.stringify(content)).filter((content) => content.includes('m.n'));
    expect(standing.length).toBeGreaterThan(0);
    expect(standing.filter((content) => !content.includes(bob))).toEqual([]);
    expect(E.isRight(await world.store.head()())).toBe(true);
  });
});
