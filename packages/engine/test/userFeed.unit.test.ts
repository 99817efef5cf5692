import { type EventStore, type ReadAllOptions, type StreamName, createInMemoryEventStore, isAfter } from '@account-data/event-store';
import { makeTurns, systemRuntime } from '@account-data/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, type FeedEvent, type FeedFilter, createAccountDataEngine } from '../src/index.js';

/** The feed of one user reads the user's two streams, not the log of all. */

const alice = '@alice:example.org';
const bob = '@bob:example.org';
const nobody = '@nobody:example.org';
const room = '!r:example.org';

/** A store that tells what is read of it. */
const watched = (store: EventStore) => {
  const seen = { events: 0, largest: 0, ofLog: new Array<ReadAllOptions>(), streams: new Set<StreamName>() };
  const count = (events: ReadonlyArray<unknown>): void => {
    seen.events += events.length;
    seen.largest = Math.max(seen.largest, JSON.stringify(events, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length);
  };
  const watching: EventStore = {
    ...store,
    read: (stream, options) => async () => {
      const read = await store.read(stream, options)();
      seen.streams.add(stream);
      if (read._tag === 'Right' && read.right._tag === 'Events') count(read.right.events);
      return read;
    },
    readAll: (options) => async () => {
      const read = await store.readAll(options)();
      seen.ofLog.push(options);
      if (read._tag === 'Right') count(read.right.events);
      return read;
    },
  };
  return { seen, watching };
};

const open = async (): Promise<{ readonly engine: AccountDataEngine; readonly seen: ReturnType<typeof watched>['seen'] }> => {
  const { seen, watching } = watched(createInMemoryEventStore({ runtime: systemRuntime }));
  const engine = await createAccountDataEngine({ store: watching });
  onTestFinished(() => engine.close());
  return { engine, seen };
};

const whole = async (engine: AccountDataEngine, filter: FeedFilter, after: 'start' | FeedEvent['position'] = 'start'): Promise<ReadonlyArray<FeedEvent>> => {
  const events: Array<FeedEvent> = [];
  for await (const item of engine.feed({ after, filter, toEnd: true })) if (item._tag !== 'Progress' && item._tag !== 'PositionLost') events.push(item);
  return events;
};

const fill = async (engine: AccountDataEngine, rounds: number): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    await engine.setAccountData(round % 3 === 0 ? bob : alice, round % 2 === 0 ? null : room, `t${round % 5}`, { round });
    if (round % 2 === 0) await engine.setTag(round % 4 === 0 ? alice : bob, room, `u.${round % 7}`, { order: round / 1_000 });
    if (round % 9 === 0) await engine.removeTag(alice, room, `u.${round % 7}`);
  }
};

describe('the feed of one user', () => {
  test('gives what the feed of all gives of that user, in its order, from any position', async () => {
    const { engine } = await open();
    await fill(engine, 120);
    const all = await whole(engine, { tags: true });
    for (const userId of [alice, bob, nobody]) {
      const own = all.filter((event) => event.userId === userId);
      expect(await whole(engine, { userId, tags: true })).toEqual(own);
      expect(await whole(engine, { userId })).toEqual(own.filter(({ _tag }) => _tag === 'AccountDataUpdated'));
      for (const [index, event] of all.entries()) {
        if (index % 17 !== 0) continue;
        expect(await whole(engine, { userId, tags: true }, event.position)).toEqual(own.filter(({ position }) => isAfter(position, event.position)));
      }
    }
  });

  test('reads nothing of others', async () => {
    const { engine, seen } = await open();
    await fill(engine, 200);
    seen.events = 0;
    seen.ofLog = [];
    expect(await whole(engine, { userId: nobody, tags: true })).toEqual([]);
    expect(seen.events).toBe(0);
    expect(seen.ofLog).toEqual([]);
  });

  test('tells of the erasure, and gives nothing else any more', async () => {
    const { engine } = await open();
    await fill(engine, 50);
    const before = await whole(engine, { userId: alice, tags: true });
    expect(before.length).toBeGreaterThan(20);
    await engine.eraseUser(alice);
    await engine.setAccountData(bob, null, 't', { after: true });
    expect((await whole(engine, { userId: alice, tags: true })).map(({ _tag }) => _tag)).toEqual(['UserErased']);
  });

  test('that has begun gives nothing of a user any more who is erased meanwhile, but the erasure', async () => {
    const { engine } = await open();
    await fill(engine, 50);
    const stop = new AbortController();
    const seen: Array<string> = [];
    for await (const item of engine.feed({ after: 'start', filter: { userId: alice }, signal: stop.signal })) {
      if (item._tag === 'Progress') continue;
      seen.push(item._tag);
      if (seen.length === 3) await engine.eraseUser(alice);
      if (item._tag === 'UserErased') stop.abort();
    }
    expect(seen).toEqual(['AccountDataUpdated', 'AccountDataUpdated', 'AccountDataUpdated', 'UserErased']);
  });

  test('and an export hold no more than a small part of the log at a time', async () => {
    const { engine, seen } = await open();
    for (let index = 0; index < 60; index += 1) await engine.setAccountData(alice, null, `t${index}`, { filling: 'x'.repeat(20_000) });
    seen.largest = 0;
    expect(await whole(engine, { userId: alice })).toHaveLength(60);
    expect(await whole(engine, {})).toHaveLength(60);
    for (const options of [{ userId: alice as never }, {}]) {
      const lines: Array<unknown> = [];
      for await (const line of engine.exportLog(options)) lines.push(line);
      expect(lines).toHaveLength(62);
    }
    expect(seen.largest).toBeLessThan(100_000);
  });

  test('and an export do no more in a turn of the event loop than a page, with what all others do', async () => {
    const perTurn: Array<number> = [];
    const turns = makeTurns(systemRuntime, { bytes: 64 * 1024, milliseconds: 60_000, onTurn: (bytes) => perTurn.push(bytes) });
    const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }), turns });
    onTestFinished(() => engine.close());
    for (let index = 0; index < 60; index += 1) await engine.setAccountData(alice, null, `t${index}`, { filling: 'x'.repeat(20_000) });
    perTurn.length = 0;
    const exported = async (): Promise<number> => {
      const lines: Array<unknown> = [];
      for await (const line of engine.exportLog()) lines.push(line);
      return lines.length;
    };
    await Promise.all([whole(engine, {}), whole(engine, { userId: alice }), exported(), exported()]);
    expect(perTurn.length).toBeGreaterThan(20);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(2 * 64 * 1024);
  });
});

describe('an export that has begun', () => {
  test.each([{ userId: undefined }, { userId: alice }])('gives nothing of a user any more once the erasure is answered (%o)', async ({ userId }) => {
    const { engine } = await open();
    for (let index = 0; index < 30; index += 1) await engine.setAccountData(alice, null, 't', { index });
    const lines: Array<unknown> = [];
    for await (const line of engine.exportLog(userId === undefined ? {} : { userId: userId as never })) {
      lines.push(line);
      if (lines.length === 4) await engine.eraseUser(alice);
    }
    expect(lines.slice(1).filter((line) => typeof line === 'object' && line !== null && 'user_id' in line)).toHaveLength(3);
    expect(lines.at(-1)).toEqual({ end: true, records: 3 });
  });
});
