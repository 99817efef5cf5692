import { Position, type ReadFrom, Revision } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import type { Projection } from '../src/index.js';
import { alice, right, room, setUp, type Log } from './harness.js';

const other = '!other:example.org';

/** Six changes; the position of the log after each. */
const fill = async (log: Log, projection: Projection): Promise<ReadonlyArray<ReadFrom>> => {
  const positions: Array<ReadFrom> = [];
  const changes = [
    () => log.setTag(alice, room, 'u.work', { order: 0.1 }, { reason: 'because' }),
    () => log.setTag(alice, other, 'u.work', { order: 0.2 }),
    () => log.setTag(alice, room, 'u.work', { order: 0.3 }),
    () => log.removeTag(alice, room, 'u.work'),
    () => log.setTag(alice, room, 'u.play', {}),
    () => log.setTag(alice, room, 'u.work', { order: 0.4 }),
  ];
  for (const [revision, change] of changes.entries()) {
    await log.set(alice, null, 'a', { revision });
    await change();
    await projection.waitForRevision(log.names.tags(alice), Revision(revision), 5_000);
    positions.push(projection.position());
  }
  return positions;
};

const positionAt = (positions: ReadonlyArray<ReadFrom>, index: number): Position => {
  const position = positions[index];
  if (position === undefined || position === 'start') throw new Error('No such position.');
  return position;
};

describe('the history of room tags', () => {
  it('tells who set or removed a tag, when, why, from what to what', async () => {
    const { log, projection } = await setUp();
    const positions = await fill(log, projection);
    const { entries, next } = await right(projection.tagHistory(alice, { direction: 'forwards' }));
    expect(next).toBeUndefined();
    expect(entries.map(({ roomId, tag, previousContent, content, previousRevision }) => [roomId, tag, previousContent, content, previousRevision])).toEqual([
      [room, 'u.work', null, { order: 0.1 }, null],
      [other, 'u.work', null, { order: 0.2 }, null],
      [room, 'u.work', { order: 0.1 }, { order: 0.3 }, '0'],
      [room, 'u.work', { order: 0.3 }, null, '2'],
      [room, 'u.play', null, {}, null],
      [room, 'u.work', null, { order: 0.4 }, '3'],
    ]);
    expect(entries[0]).toMatchObject({ userId: alice, reason: 'because', actor: { kind: 'user', id: alice }, origin: 'api' });
    expect(entries.map(({ position }) => position)).toEqual(positions);
  });

  it('is paged, in either direction, and narrowed by room and tag', async () => {
    const { log, projection } = await setUp();
    await fill(log, projection);
    const revisions: Array<Revision> = [];
    for (let from: Revision | undefined; ; ) {
      const page = await right(projection.tagHistory(alice, { limit: 2, ...(from === undefined ? {} : { from }) }));
      revisions.push(...page.entries.map(({ revision }) => revision));
      from = page.next;
      if (from === undefined) break;
    }
    expect(revisions).toEqual(['5', '4', '3', '2', '1', '0']);
    const of = async (query: Parameters<Projection['tagHistory']>[1]) =>
      (await right(projection.tagHistory(alice, query))).entries.map(({ revision }) => Number(revision));
    expect(await of({ roomId: room, tag: 'u.work' })).toEqual([5, 3, 2, 0]);
    expect(await of({ roomId: other })).toEqual([1]);
    expect(await of({ tag: 'u.play' })).toEqual([4]);
    expect(await projection.tagHistory(alice, { limit: 0 })()).toMatchObject({ left: { code: 'invalid_query' } });
  });

  it('is nothing of a user who was erased', async () => {
    const { log, projection } = await setUp();
    const positions = await fill(log, projection);
    await log.erase(alice);
    await expect.poll(() => projection.erased(alice)).toBe(true);
    expect((await right(projection.tagHistory(alice))).entries).toEqual([]);
    expect((await right(projection.tagsAsOf(alice, { position: positionAt(positions, 2) }))).rooms).toEqual([]);
  });
});

describe('room tags as of a moment', () => {
  it('are what they were at a position, and at a revision of account data', async () => {
    const { log, projection } = await setUp();
    const positions = await fill(log, projection);
    const at = async (moment: Parameters<Projection['tagsAsOf']>[1]) =>
      (await right(projection.tagsAsOf(alice, moment))).rooms.map(({ roomId, tags }) => [roomId, tags]);
    expect(await at({ position: Position(0) })).toEqual([]);
    expect(await at({ position: positionAt(positions, 2) })).toEqual([
      [other, { 'u.work': { order: 0.2 } }],
      [room, { 'u.work': { order: 0.3 } }],
    ]);
    expect(await at({ position: positionAt(positions, 3) })).toEqual([[other, { 'u.work': { order: 0.2 } }]]);
    // The third change of account data came before the third change of tags.
    expect(await at({ revision: Revision(2) })).toEqual([
      [other, { 'u.work': { order: 0.2 } }],
      [room, { 'u.work': { order: 0.1 } }],
    ]);
    expect(await at({ position: positionAt(positions, 5) })).toEqual([
      [other, { 'u.work': { order: 0.2 } }],
      [room, { 'u.play': {}, 'u.work': { order: 0.4 } }],
    ]);
  });
});
