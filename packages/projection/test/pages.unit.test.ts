import { Revision } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import type { AccountDataEntry, EntriesPageQuery, EntryPlace, RoomTags, UserHistoryQuery } from '../src/index.js';
import { alice, bob, right, room, setUp, type OpenProjection } from './harness.js';

/** Lists and histories that are read part by part, bounded by bytes. */

const entriesOf = (projection: OpenProjection, query: EntriesPageQuery): ReadonlyArray<AccountDataEntry> => {
  const entries: Array<AccountDataEntry> = [];
  for (let after: EntryPlace | undefined; ; ) {
    const page = projection.entriesPage(alice, { ...query, ...(after === undefined ? {} : { after }) });
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    after = page.next;
  }
};

const fill = async ({ log, projection, written }: Pick<Awaited<ReturnType<typeof setUp>>, 'log' | 'projection'> & { readonly written: boolean }): Promise<void> => {
  for (let index = 0; index < 40; index += 1) {
    const place = index % 3 === 0 ? null : index % 3 === 1 ? room : `!\u{1F600}${index}:example.org`;
    await log.set(alice, place, `t\uFB01${index % 11}`, { index, filling: 'x'.repeat(index * 10) });
    if (index === 25 && written) await projection.flush();
    if (index % 8 === 0) await log.delete(alice, null, `t\uFB01${index % 11}`);
  }
  await log.set(bob, null, 'other', { n: 1 });
};

describe.each([{ written: true }, { written: false }])('pages of entries (partly written: $written)', ({ written }) => {
  it('are together what the whole list is', async () => {
    const { log, projection } = await setUp();
    await fill({ log, projection, written });
    const position = projection.get(alice, room, 't\uFB011')?.position ?? 'start';
    const filters: ReadonlyArray<EntriesPageQuery> = [{}, { includeDeleted: true }, { roomId: null }, { roomId: room, includeDeleted: true }, { changedAfter: position, includeDeleted: true }];
    for (const filter of filters) {
      const list = projection.entries(alice, filter);
      for (const bounds of [{}, { limit: 1 }, { limit: 7 }, { maxBytes: 1 }, { maxBytes: 700 }]) {
        expect(entriesOf(projection, { ...filter, ...bounds })).toEqual(list);
      }
      expect(entriesOf(projection, { ...filter, type: 't\uFB013', limit: 1 })).toEqual(list.filter(({ type }) => type === 't\uFB013'));
    }
  });

  it('hold no more than their bounds', async () => {
    const { log, projection } = await setUp();
    await fill({ log, projection, written });
    expect(projection.entriesPage(alice, { limit: 3 }).entries).toHaveLength(3);
    expect(projection.entriesPage(alice, { maxBytes: 1 }).entries).toHaveLength(1);
  });

  it('of the state at a moment are together that state', async () => {
    const { log, projection } = await setUp();
    await fill({ log, projection, written });
    for (const revision of [0, 17, 43].map(Revision)) {
      const state = await right(projection.asOf(alice, { revision }));
      for (const bounds of [{ limit: 1 }, { limit: 5 }, { maxBytes: 1 }, { maxBytes: 900 }]) {
        const entries: Array<AccountDataEntry> = [];
        for (let after: EntryPlace | undefined, pages = 0; pages < 100; pages += 1) {
          const page = await right(projection.asOf(alice, { revision }, { ...bounds, ...(after === undefined ? {} : { after }) }));
          expect(page.revision).toBe(state.revision);
          entries.push(...page.entries);
          after = page.next;
          if (after === undefined) break;
        }
        expect(entries).toEqual(state.entries);
      }
    }
  });
});

describe('pages of tags', () => {
  it('are together what the whole list is', async () => {
    const { log, projection } = await setUp();
    for (let index = 0; index < 12; index += 1) {
      await log.setTag(alice, `!r${index % 5}:example.org`, `u.${index}`, { order: index / 100 });
      if (index === 6) await projection.flush();
    }
    const rooms: Array<RoomTags> = [];
    for (let after: string | undefined; ; ) {
      const page = projection.tagsPage(alice, { maxBytes: 1, ...(after === undefined ? {} : { after }) });
      rooms.push(...page.rooms);
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(rooms).toEqual(projection.allTags(alice));
  });
});

describe('a history that is bounded by bytes', () => {
  it.each([{ direction: 'forwards' as const }, { direction: 'backwards' as const }])('tells all, page by page, $direction', async ({ direction }) => {
    const { log, projection } = await setUp();
    for (let index = 0; index < 50; index += 1) {
      await log.set(alice, index % 2 === 0 ? null : room, `t${index % 7}`, { index, filling: 'x'.repeat((index % 5) * 1_000) });
      await log.setTag(alice, room, `u.${index % 3}`, { order: index / 100, filling: 'x'.repeat((index % 5) * 1_000) });
    }
    const queries: ReadonlyArray<UserHistoryQuery> = [{}, { type: 't3' }, { roomId: room }];
    for (const query of queries) {
      const list = (await right(projection.history(alice, { ...query, direction, limit: 1_000 }))).entries;
      for (const maxBytes of [1, 3_000, 20_000]) {
        const entries: Array<unknown> = [];
        for (let from: Revision | undefined, pages = 0; pages < 100; pages += 1) {
          const page = await right(projection.history(alice, { ...query, direction, limit: 1_000, maxBytes, ...(from === undefined ? {} : { from }) }));
          expect(page.entries.length).toBeGreaterThan(0);
          expect(JSON.stringify(page.entries.slice(0, -1).map(({ content }) => content)).length).toBeLessThanOrEqual(maxBytes + 5_000);
          entries.push(...page.entries);
          from = page.next;
          if (from === undefined) break;
        }
        expect(entries).toEqual(list);
      }
    }
    const all = (await right(projection.logHistory({ direction, limit: 1_000 }))).entries;
    const ofLog: Array<unknown> = [];
    for (let page = await right(projection.logHistory({ direction, limit: 1_000, maxBytes: 5_000 })); ; ) {
      ofLog.push(...page.entries);
      if (page.next === undefined) break;
      page = await right(projection.logHistory({ direction, limit: 1_000, maxBytes: 5_000, from: page.next }));
    }
    expect(ofLog).toEqual(all);
    const tags = (await right(projection.tagHistory(alice, { direction, limit: 1_000 }))).entries;
    const ofTags: Array<unknown> = [];
    for (let page = await right(projection.tagHistory(alice, { direction, limit: 1_000, maxBytes: 5_000 })); ; ) {
      ofTags.push(...page.entries);
      if (page.next === undefined) break;
      page = await right(projection.tagHistory(alice, { direction, limit: 1_000, maxBytes: 5_000, from: page.next }));
    }
    expect(ofTags).toEqual(tags);
  });
});
