import { describe, expect, it } from 'vitest';
import type { AccountDataType, JsonObject, RoomId, Tag, UserId } from '../../src/index.js';
import { accountDataEffect, liveKeysAdded, roomTagEffect } from '../../src/index.js';

const userId = '@alice:example.org' as UserId;
const roomId = '!room:example.org' as RoomId;

describe('what an event does to its key', () => {
  it.each([
    [{ dark: true }, false],
    [{}, true],
    [JSON.parse('{"__proto__":1}') as JsonObject, false],
  ])('is to set account data, or to delete it with {}: %j', (content, deleted) => {
    const type = 'org.example.theme' as AccountDataType;
    for (const room of [null, roomId]) {
      expect(accountDataEffect({ data: { userId, roomId: room, type, content } })).toEqual({ roomId: room, name: type, content, deleted });
    }
  });

  it('is to set a tag, with {} as well, or to remove it', () => {
    const tag = 'u.work' as Tag;
    expect(roomTagEffect({ type: 'RoomTagSet', data: { userId, roomId, tag, content: {} } })).toEqual({ roomId, name: tag, content: {}, deleted: false });
    expect(roomTagEffect({ type: 'RoomTagRemoved', data: { userId, roomId, tag } })).toEqual({ roomId, name: tag, content: {}, deleted: true });
  });

  it('adds a live key, takes one away or neither', () => {
    expect([liveKeysAdded(false, false), liveKeysAdded(true, true), liveKeysAdded(true, false), liveKeysAdded(false, true)]).toEqual([1, -1, 0, 0]);
  });
});
