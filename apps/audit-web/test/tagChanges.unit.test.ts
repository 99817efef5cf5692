import type { RoomTags } from '@account-data/client';
import { expect, it } from 'vitest';
import { tagChanges } from '../src/state/tagChanges.js';

const roomTags = (roomId: string, tags: object): RoomTags => ({ roomId, tags, revision: '0', position: '1' }) as RoomTags;

it('tells of each tag that differs what became of it, ordered by room and tag', () => {
  const own = JSON.parse('{"__proto__":{"a":1}}') as object;
  const before = [roomTags('!b:x', { 'u.gone': {}, 'u.same': { order: 1 } }), roomTags('!a:x', { 'm.moved': { order: 0.1 } })];
  const after = [roomTags('!a:x', { 'm.moved': { order: 0.2 } }), roomTags('!b:x', { 'u.same': { order: 1 } }), roomTags('!c:x', own)];
  expect(tagChanges(before, after)).toEqual([
    { roomId: '!a:x', tag: 'm.moved', before: { order: 0.1 }, after: { order: 0.2 } },
    { roomId: '!b:x', tag: 'u.gone', before: {}, after: null },
    { roomId: '!c:x', tag: '__proto__', before: null, after: { a: 1 } },
  ]);
  expect(tagChanges(after, after)).toEqual([]);
});
