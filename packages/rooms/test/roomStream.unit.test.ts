import type { RoomId } from '@account-data/domain';
import { type EventStore, Position, Revision, StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { type RoomEventRequest, type StoredRoomEvent, eraseRoomEvents, followRoom, readRoom, roomStreamSink, roomsAbout } from '../src/index.js';
import { alice, bob, names, right, until } from './support/fixtures.js';

const runtime = systemRuntime;
const room = '!audit:example.org' as RoomId;

const request = (n: number, { user = alice, module = 'audit-room', index = 0, roomId = room } = {}): RoomEventRequest => ({
  module,
  event: { type: 'm.room.message', room_id: roomId, sender: '@auditor:example.org', content: { body: `${user} ${n} ${index}` } },
  source: {
    eventId: `event-${user}-${n}`,
    userId: user,
    revision: Revision(n),
    position: Position(n + 1),
    index,
    epoch: 1,
  },
});

const bodies = async (store: EventStore, roomId: RoomId = room): Promise<ReadonlyArray<unknown>> => {
  const slice = right(await readRoom({ store, names }, roomId)('start', 100_000)());
  expect(slice.isEnd).toBe(true);
  return slice.events.map(({ content }) => content['body']);
};

describe('the room stream', () => {
  it('keeps events in the order they were sent, over all users', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    await sink.send(request(0));
    await sink.send(request(0, { user: bob }));
    await sink.send(request(1));
    await sink.send(request(1, { index: 1 }));
    await sink.send({ module: 'audit-room', event: { ...request(0).event, content: { body: 'hello' } } });
    expect(await bodies(store)).toEqual([`${alice} 0 0`, `${bob} 0 0`, `${alice} 1 0`, `${alice} 1 1`, 'hello']);
  });

  it('recognises a redelivery, also by another process and after thousands of later ones', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    const first = await sink.send(request(0));
    for (let n = 1; n <= 3_000; n += 1) await sink.send(request(n));
    expect(await sink.send(request(0))).toEqual(first);
    const restarted = roomStreamSink({ store, names, runtime });
    expect(await restarted.send(request(0))).toEqual(first);
    expect(await restarted.send(request(2_999))).toEqual(await sink.send(request(2_999)));
    expect(await bodies(store)).toHaveLength(3_001);
  });

  it('takes a late one that was never sent, and recognises what stands before it', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    for (const n of [0, 1, 2, 4, 5]) await sink.send(request(n));
    await sink.send(request(3));
    for (const n of [3, 5, 4, 0]) await roomStreamSink({ store, names, runtime }).send(request(n));
    expect(await bodies(store)).toEqual([0, 1, 2, 4, 5, 3].map((n) => `${alice} ${n} 0`));
  });

  it('keeps one of redeliveries that race, and all that differ', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sinks = Array.from({ length: 4 }, () => roomStreamSink({ store, names, runtime }));
    await Promise.all(
      sinks.flatMap((sink) => [0, 1, 2].flatMap((n) => ['a', 'b'].map((module) => sink.send(request(n, { module }))))),
    );
    const found = await bodies(store);
    expect(found).toHaveLength(6);
    expect(new Set(found).size).toBe(3);
  });

  it('keeps one where the answer to the append was lost', async () => {
    let lost = 0;
    const store = createInMemoryEventStore({
      runtime,
      fault: ({ stream }) => (stream.includes('room-') && lost++ % 2 === 0 ? 'answer-lost' : undefined),
    });
    const sink = roomStreamSink({ store, names, runtime });
    for (let n = 0; n < 5; n += 1) await sink.send(request(n));
    expect(await bodies(store)).toHaveLength(5);
    expect(lost).toBeGreaterThan(5);
  });

  it('keeps rooms apart whose names begin alike', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    const longer = `${room}.uk` as RoomId;
    await sink.send(request(0));
    await sink.send(request(1, { roomId: longer }));
    expect(await bodies(store)).toEqual([`${alice} 0 0`]);
    expect(await bodies(store, longer)).toEqual([`${alice} 1 0`]);
  });

  it('forgets an erased user in every room, and no other', async () => {
    const store = createInMemoryEventStore({ runtime, keepTombstoned: false });
    const sink = roomStreamSink({ store, names, runtime });
    const other = '!other:example.org' as RoomId;
    await sink.send(request(0));
    await sink.send(request(0, { roomId: other }));
    await sink.send(request(0, { user: bob }));
    expect(right(await roomsAbout({ store, names }, alice)())).toEqual([room, other]);
    expect(right(await eraseRoomEvents({ store, names }, alice)()).map(({ roomId, events }) => [roomId, events])).toEqual([[room, 1], [other, 1]]);
    right(await eraseRoomEvents({ store, names }, alice)());
    // What is still on its way is dropped.
    await sink.send(request(1));
    await roomStreamSink({ store, names, runtime }).send(request(2, { roomId: '!third:example.org' as RoomId }));
    expect(await bodies(store)).toEqual([`${bob} 0 0`]);
    expect(await bodies(store, other)).toEqual([]);
    expect(await bodies(store, '!third:example.org' as RoomId)).toEqual([]);
  });

  it('shows nothing about an erased user while the log goes on showing tombstoned events', async () => {
    const store = createInMemoryEventStore({ runtime, keepTombstoned: true });
    const sink = roomStreamSink({ store, names, runtime });
    await sink.send(request(0));
    await sink.send(request(0, { user: bob }));
    const read = readRoom({ store, names }, room);
    expect(right(await read('start', 10)()).events).toHaveLength(2);
    right(await store.append(StreamName(names.erasures), [{ id: runtime.random.uuid(), type: 'UserErased', data: { userId: alice }, metadata: {} }], 'any')());
    right(await eraseRoomEvents({ store, names }, alice)());
    expect(right(await read('start', 10)()).events.map(({ content }) => content['body'])).toEqual([`${bob} 0 0`]);
    const seen: Array<unknown> = [];
    const subscription = followRoom({ store, names }, room, 'start', (events) => {
      seen.push(...events.map(({ content }) => content['body']));
    });
    await sink.send(request(1, { user: bob }));
    await until(() => seen.length === 2, 'what there is about the other user was seen');
    await subscription.close();
    expect(seen).toEqual([`${bob} 0 0`, `${bob} 1 0`]);
  });

  it('can be followed', async () => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    await sink.send(request(0));
    const seen: Array<StoredRoomEvent> = [];
    const subscription = followRoom({ store, names }, room, 'start', (events) => {
      seen.push(...events);
    });
    await sink.send(request(1));
    await until(() => seen.length === 2, 'both were seen');
    await subscription.close();
    expect(seen[1]).toMatchObject({ type: 'm.room.message', sender: '@auditor:example.org', sourceEventId: `event-${alice}-1`, module: 'audit-room' });
    expect(seen[0]?.event_id).toMatch(/^\$[0-9a-f-]{36}$/);
  });

  it.each([
    ['type', { type: '' }],
    ['type', { type: 'm.room.member' }],
    ['room_id', { room_id: 'audit' }],
    ['sender', { sender: 'auditor' }],
    ['content', { content: { when: new Date(0) } }],
  ])('refuses a wrong %s without showing it', async (path, wrong) => {
    const store = createInMemoryEventStore({ runtime });
    const sink = roomStreamSink({ store, names, runtime });
    const event = { ...request(0).event, ...wrong } as RoomEventRequest['event'];
    const refused = sink.send({ ...request(0), event });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_room_event' });
    await expect(refused).rejects.toThrow(path);
    expect(await bodies(store)).toEqual([]);
  });
});
