import { Position, Revision } from '@account-data/event-store';
import type { AccountDataType } from '@account-data/domain';
import { describe, expect, it } from 'vitest';
import type { AccountDataEntry } from '../src/index.js';
import { RecentEntries } from '../src/model/RecentEntries.js';
import { alice, right, setUp } from './harness.js';

const entryOf = (type: string): AccountDataEntry => ({
  userId: alice,
  roomId: null,
  type: type as AccountDataType,
  content: {},
  revision: Revision(0),
  position: Position(1),
  time: 0,
  eventId: type,
  deleted: false,
});

let signs = 0;

/** Reads a record twice. */
const keep = (recent: RecentEntries, key: string, bytes: number): void => {
  signs += 1;
  recent.keep(key, signs, bytes, entryOf(key));
  expect(recent.find(key)).toBeUndefined();
  recent.keep(key, signs, bytes, entryOf(key));
};

describe('entries that were read lately', () => {
  it('take so many bytes at the most', () => {
    const recent = new RecentEntries(10_000);
    for (let n = 0; n < 100; n += 1) {
      keep(recent, `key ${n}`, 200);
      expect(recent.find(`key ${n}`)?.type).toBe(`key ${n}`);
      // Each counts as 1,000: twice its record, and 600.
      const kept = Array.from({ length: 100 }, (_, other) => recent.find(`key ${other}`)).filter((found) => found !== undefined);
      expect(kept).toHaveLength((n % 10) + 1);
    }
  });

  it('are not kept where many others were read before they were read again', () => {
    const recent = new RecentEntries();
    const entry = entryOf('a');
    for (let round = 0; round < 3; round += 1) {
      for (let n = 1; n <= 70_000; n += 1) recent.keep(`key ${n}`, n, 200, entry);
    }
    expect(recent.find('key 1')).toBeUndefined();
    expect(recent.find('key 70000')).toBeUndefined();
  });

  it('are not kept where they are large', () => {
    const recent = new RecentEntries();
    keep(recent, 'large', 60_000);
    expect(recent.find('large')).toBeUndefined();
  });

  it('are forgotten one by one, or all', () => {
    const recent = new RecentEntries();
    for (const key of ['a', 'b', 'c', 'd']) keep(recent, key, 200);
    recent.forget('a');
    recent.forget('d');
    expect(['a', 'b', 'c', 'd'].filter((key) => recent.find(key) !== undefined)).toEqual(['b', 'c']);
    recent.clear();
    expect(recent.find('b')).toBeUndefined();
  });
});

describe('a key that was read from storage', () => {
  const contents = (projection: Awaited<ReturnType<typeof setUp>>['projection']): ReadonlyArray<unknown> => [
    projection.get(alice, null, 'a')?.content,
    projection.get(alice, null, 'a')?.content,
    projection.get(alice, null, 'a')?.content,
    projection.getContentText(alice, null, 'a')?.text,
  ];
  const shows = (content: object): ReadonlyArray<unknown> => [content, content, content, JSON.stringify(content)];

  it('shows each later change at once, and when it is written', async () => {
    const { log, projection } = await setUp();
    for (let n = 0; n < 3; n += 1) {
      await log.set(alice, null, 'a', { n });
      expect(contents(projection)).toEqual(shows({ n }));
      await projection.flush();
      expect(contents(projection)).toEqual(shows({ n }));
    }
    await log.delete(alice, null, 'a');
    await projection.flush();
    expect(projection.getContentText(alice, null, 'a')).toBeUndefined();
    expect(projection.get(alice, null, 'a')).toMatchObject({ deleted: true, content: {} });
  });

  it('is gone with its user, and the same after a rebuild', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await projection.flush();
    expect(contents(projection)).toEqual(shows({ n: 1 }));
    await right(projection.rebuild());
    expect(contents(projection)).toEqual(shows({ n: 1 }));
    await log.erase(alice);
    expect(projection.get(alice, null, 'a')).toBeUndefined();
    expect(projection.getContentText(alice, null, 'a')).toBeUndefined();
  });
});
