import { Position, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { keyHash } from '../src/records/row.js';
import type { HistoryEntry, UserHistoryQuery } from '../src/index.js';
import { alice, bob, metadataOf, proposed, right, room, setUp, type OpenProjection } from './harness.js';

const brief = ({ type, roomId, revision, content, previousContent, previousRevision }: HistoryEntry) => ({
  key: roomId === null ? type : `${roomId} ${type}`,
  revision: Number(revision),
  content,
  previous: previousContent,
  previousRevision: previousRevision === null ? null : Number(previousRevision),
});

/** Reads all pages of a query. */
const allPages = async (projection: OpenProjection, query: UserHistoryQuery): Promise<ReadonlyArray<HistoryEntry>> => {
  const entries: Array<HistoryEntry> = [];
  for (let from = query.from, pages = 0; pages < 1_000; pages += 1) {
    const page = await right(projection.history(alice, { ...query, ...(from === undefined ? {} : { from }) }));
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    from = page.next;
  }
  throw new Error('The pages do not end.');
};

describe('the history of a user', () => {
  it('tells who changed what, when, why, from what to what', async () => {
    let now = 1_000;
    const { log, projection } = await setUp({ clock: () => now });
    await log.set(alice, null, 'a', { n: 1 });
    now = 2_000;
    await log.set(alice, null, 'a', { n: 2 }, {
      actor: { kind: 'admin', id: 'root' },
      reason: 'asked to',
      $correlationId: 'c',
      $causationId: 'e',
      origin: 'restore',
      restoredRevision: '0',
    });
    const page = await right(projection.history(alice, { limit: 1 }));
    expect(page.entries).toEqual([
      {
        userId: alice,
        roomId: null,
        type: 'a',
        content: { n: 2 },
        previousContent: { n: 1 },
        previousRevision: '0',
        revision: '1',
        position: projection.position(),
        time: 2_000,
        eventId: projection.get(alice, null, 'a')?.eventId,
        actor: { kind: 'admin', id: 'root' },
        reason: 'asked to',
        correlationId: 'c',
        causationId: 'e',
        origin: 'restore',
        restoredRevision: '0',
      },
    ]);
    expect(page.next).toBe('0');
  });

  it.each([false, true])('goes either way, by room and type, in pages that fit together (written: %s)', async (written) => {
    const { log, projection } = await setUp();
    const keys = [[null, 'a'], [null, 'b'], [room, 'a']] as const;
    for (let n = 0; n < 600; n += 1) {
      const [roomId, type] = keys[n % 3 === 0 ? 0 : n % 7 === 0 ? 2 : 1];
      await log.set(alice, roomId, type, { n });
      if (written && n % 97 === 0) await projection.flush();
    }
    if (written) await projection.flush();
    const everything = await allPages(projection, { direction: 'forwards', limit: 1_000 });
    expect(everything.map(({ revision }) => Number(revision))).toEqual(Array.from({ length: 600 }, (_, n) => n));
    const last = new Map<string, { readonly content: unknown; readonly revision: number }>();
    for (const { key, revision, content, previous, previousRevision } of everything.map(brief)) {
      const before = last.get(key);
      expect([previous, previousRevision]).toEqual([before?.content ?? null, before?.revision ?? null]);
      last.set(key, { content, revision });
    }
    for (const filter of [{}, { type: 'a' }, { roomId: room }, { roomId: null }, { roomId: null, type: 'a' }, { type: 'never' }]) {
      const wanted = everything.filter(
        (entry) =>
          ('type' in filter ? entry.type === filter.type : true) && ('roomId' in filter ? entry.roomId === filter.roomId : true),
      );
      expect(await allPages(projection, { ...filter, direction: 'forwards', limit: 17 })).toEqual(wanted);
      expect(await allPages(projection, { ...filter, limit: 17 })).toEqual([...wanted].reverse());
    }
  });

  it('does not shift its pages when more is appended', async () => {
    const { log, projection } = await setUp();
    for (let n = 0; n < 10; n += 1) await log.set(alice, null, 'a', { n });
    const first = await right(projection.history(alice, { limit: 4 }));
    for (let n = 10; n < 15; n += 1) await log.set(alice, null, 'a', { n });
    const second = await right(projection.history(alice, { limit: 4, ...(first.next === undefined ? {} : { from: first.next }) }));
    expect([...first.entries, ...second.entries].map(({ content }) => content['n'])).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('takes a window of time', async () => {
    let now = 100;
    const { log, projection } = await setUp({ clock: () => now });
    for (let n = 0; n < 10; n += 1) {
      now = 100 + n * 10;
      await log.set(alice, null, 'a', { n });
    }
    const inWindow = await allPages(projection, { since: 120, until: 150, direction: 'forwards', limit: 2 });
    expect(inWindow.map(({ content }) => content['n'])).toEqual([2, 3, 4]);
    expect(await allPages(projection, { since: 121, until: 129 })).toEqual([]);
  });

  it('tells keys apart whose hashes are equal', async () => {
    // Found by trying: two types with one hash.
    const byHash = new Map<number, string>();
    let pair: readonly [string, string] | undefined;
    for (let n = 0; pair === undefined; n += 1) {
      const type = `t${n}`;
      const hash = keyHash(null, type);
      const other = byHash.get(hash);
      if (other === undefined) byHash.set(hash, type);
      else pair = [other, type];
    }
    const [x, y] = pair;
    const { log, projection } = await setUp();
    const stream = [x, y, y, x, y, x] as const;
    for (const [n, type] of stream.entries()) await log.set(alice, null, type, { n });
    await projection.flush();
    const entries = await allPages(projection, { direction: 'forwards' });
    expect(entries.map(brief).map(({ key, previousRevision }) => [key, previousRevision])).toEqual([
      [x, null],
      [y, null],
      [y, 1],
      [x, 0],
      [y, 2],
      [x, 3],
    ]);
    expect((await allPages(projection, { type: x, roomId: null })).map(({ revision }) => Number(revision))).toEqual([5, 3, 0]);
    const asOf = await right(projection.asOf(alice, { revision: Revision(2) }));
    expect(asOf.entries.map(({ type, content }) => [type, content['n']]).sort()).toEqual([[x, 0], [y, 2]].sort());
    expect((await right(projection.getAsOf(alice, null, x, { revision: Revision(2) })))?.content).toEqual({ n: 0 });
  });

  it('refuses a limit that is none', async () => {
    const { projection } = await setUp();
    for (const limit of [0, 1_001, 1.5, Number.NaN]) {
      const page = await projection.history(alice, { limit })();
      expect(page).toMatchObject(E.left({ _tag: 'InvalidQuery', path: '/limit' }));
    }
  });

  it('gives one change by its revision', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.set(alice, null, 'b', { n: 2 });
    await log.delete(alice, null, 'a');
    const change = await right(projection.change(alice, Revision(2)));
    expect(change).toMatchObject({ type: 'a', content: {}, previousContent: { n: 1 } });
    expect(await right(projection.change(alice, Revision(3)))).toBeUndefined();
  });

  it('leaves out quarantined and foreign events', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.append(log.names.accountData(alice), proposed({ type: 'SomethingElse', data: {} }), proposed({ type: 'AccountDataUpdated', data: { userId: alice } }));
    await log.set(alice, null, 'a', { n: 2 });
    expect((await allPages(projection, {})).map(({ revision }) => Number(revision))).toEqual([3, 0]);
  });
});

describe('the history of the log', () => {
  it.each([0, 1])('goes across users, by type and window, either way (flush every %s)', async (flushes) => {
    let now = 0;
    const { log, projection } = await setUp({ clock: () => now });
    const users = [alice, bob, '@carol:example.org'];
    for (let n = 0; n < 900; n += 1) {
      now = n % 100 === 50 ? now - 30 : now + 1;
      await log.set(users[n % 3] ?? alice, null, n % 10 === 0 ? 'rare' : 'common', { n });
      await (n % 5 === 0 ? log.setTag(alice, room, 't') : undefined);
      if (flushes > 0 && n % 61 === 0) await projection.flush();
    }
    const numbers = async (query: Parameters<typeof projection.logHistory>[0]): Promise<ReadonlyArray<number>> => {
      const found: Array<number> = [];
      for (let from = query?.from; ; ) {
        const page = await right(projection.logHistory({ limit: 70, ...query, ...(from === undefined ? {} : { from }) }));
        found.push(...page.entries.map(({ content }) => content['n'] as number));
        if (page.next === undefined) return found;
        from = page.next;
      }
    };
    const all = Array.from({ length: 900 }, (_, n) => n);
    const rare = all.filter((n) => n % 10 === 0);
    expect(await numbers({ direction: 'forwards' })).toEqual(all);
    expect(await numbers({})).toEqual([...all].reverse());
    expect(await numbers({ direction: 'forwards', type: 'rare' })).toEqual(rare);
    expect(await numbers({ type: 'rare' })).toEqual([...rare].reverse());
    expect(await numbers({ type: 'never' })).toEqual([]);
    // The log's time: the latest so far.
    let latest = 0;
    let clock = 0;
    const times = all.map((n) => {
      clock = n % 100 === 50 ? clock - 30 : clock + 1;
      latest = Math.max(latest, clock);
      return latest;
    });
    for (const [since, until] of [[0, 10_000], [100, 300], [333, 334], [400, 400], [10_000, 20_000]] as const) {
      const wanted = all.filter((n) => (times[n] ?? 0) >= since && (times[n] ?? 0) < until);
      expect(await numbers({ direction: 'forwards', since, until })).toEqual(wanted);
      expect(await numbers({ since, until })).toEqual([...wanted].reverse());
      expect(await numbers({ since, until, type: 'rare' })).toEqual(wanted.filter((n) => n % 10 === 0).reverse());
    }
  });

  it('is told with what was there before, from other users’ changes apart', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.set(bob, null, 'a', { n: 2 });
    await log.set(alice, null, 'a', { n: 3 });
    const { entries } = await right(projection.logHistory({ type: 'a' }));
    expect(entries.map(({ userId, content, previousContent }) => [userId, content['n'], previousContent?.['n'] ?? null])).toEqual([
      [alice, 3, 1],
      [bob, 2, null],
      [alice, 1, null],
    ]);
  });
});

describe('as of', () => {
  it.each([false, true])('gives the state at a revision, position or time (written: %s)', async (written) => {
    let now = 1_000;
    const { log, projection } = await setUp({ clock: () => now });
    const positions: Array<Position> = [];
    const step = async (action: Promise<unknown>): Promise<void> => {
      await action;
      now += 10;
      positions.push(projection.position() as Position);
      if (written) await projection.flush();
    };
    await step(log.set(alice, null, 'a', { n: 1 }));
    await step(log.set(alice, room, 'a', { n: 2 }));
    await step(log.set(alice, null, 'a', { n: 3 }));
    await step(log.delete(alice, room, 'a'));
    await step(log.set(bob, null, 'a', { n: 9 }));
    const state = async (at: Parameters<typeof projection.asOf>[1]) => {
      const found = await right(projection.asOf(alice, at));
      return [found.revision, found.entries.map(({ roomId, content }) => [roomId, content['n']])];
    };
    const states = [
      ['0', [[null, 1]]],
      ['1', [[null, 1], [room, 2]]],
      ['2', [[null, 3], [room, 2]]],
      ['3', [[null, 3]]],
    ];
    for (const [index, expected] of states.entries()) {
      expect(await state({ revision: Revision(index) })).toEqual(expected);
      expect(await state({ position: positions[index] ?? Position(0) })).toEqual(expected);
      expect(await state({ time: 1_000 + index * 10 })).toEqual(expected);
      expect(await state({ time: 1_009 + index * 10 })).toEqual(expected);
    }
    expect(await state({ position: positions[4] ?? Position(0) })).toEqual(states[3]);
    expect(await state({ time: 999 })).toEqual(['no-stream', []]);
    const entry = (revision: number) => right(projection.getAsOf(alice, room, 'a', { revision: Revision(revision) }));
    expect(await entry(0)).toBeUndefined();
    expect(await entry(2)).toMatchObject({ content: { n: 2 }, revision: '1', deleted: false, position: positions[1], time: 1_010 });
    expect(await entry(3)).toMatchObject({ content: {}, deleted: true });
  });

  it('equals the current state at the head', async () => {
    const { log, projection } = await setUp();
    for (let n = 0; n < 300; n += 1) await log.set(alice, n % 2 === 0 ? null : room, `t${n % 23}`, n % 11 === 0 ? {} : { n });
    const { entries } = await right(projection.asOf(alice, { revision: Revision(299) }));
    expect(entries).toEqual(projection.entries(alice));
  });

  it('survives events that can’t be read any more', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 }, metadataOf());
    await log.erase(alice);
    expect(await right(projection.history(alice))).toEqual({ entries: [] });
    expect(await right(projection.asOf(alice, { revision: Revision(0) }))).toMatchObject({ revision: 'no-stream', entries: [] });
    expect(await right(projection.logHistory())).toEqual({ entries: [] });
  });
});
