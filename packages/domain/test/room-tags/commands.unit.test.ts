import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { checkParsedJson, defaultLimits, parseRemoveRoomTag, parseSetRoomTag } from '@account-data/domain';
import { kitchen } from '../given/examples.js';

const valid = { userId: '@alice:example.org', roomId: kitchen, tag: 'u.work', content: { order: 0.5 } };
const set = (changes: object) => parseSetRoomTag({ ...valid, ...changes }, defaultLimits);
const remove = (changes: object) => parseRemoveRoomTag({ ...valid, ...changes }, defaultLimits);

describe('a command to set or remove a tag', () => {
  it('is what was asked for', () => {
    expect(set({})).toStrictEqual(E.right({ _tag: 'SetRoomTag', ...valid }));
    const { userId, roomId, tag } = valid;
    expect(remove({})).toStrictEqual(E.right({ _tag: 'RemoveRoomTag', userId, roomId, tag }));
    const content = JSON.parse('{"order":1}') as unknown;
    const parsed = parseSetRoomTag({ ...valid, content }, defaultLimits, checkParsedJson);
    expect(E.isRight(parsed) && parsed.right.content).toBe(content);
  });

  it.each([
    [{ userId: 'alice' }, 'invalid_user_id', '/userId'],
    [{ roomId: null }, 'invalid_room_id', '/roomId'],
    [{ tag: '' }, 'invalid_tag', '/tag'],
    [{ tag: 'x'.repeat(256) }, 'invalid_tag', '/tag'],
    [{ tag: 'a\0' }, 'invalid_tag', '/tag'],
  ])('with %o is refused', (changes, code, path) => {
    expect(set(changes)).toMatchObject(E.left({ _tag: 'InvalidInput', code, path }));
    expect(remove(changes)).toMatchObject(E.left({ _tag: 'InvalidInput', code, path }));
  });

  it.each([[0], [1], [0.5], [1e-300]])('takes the order %d', (order) => {
    expect(E.isRight(set({ content: { order } }))).toBe(true);
  });

  it('takes no order', () => {
    expect(E.isRight(set({ content: {} }))).toBe(true);
    expect(E.isRight(set({ content: { other: 'x' } }))).toBe(true);
  });

  it.each([[-0.1], [1.1], ['0.5'], [null], [[0.5]], [true]])('refuses the order %j', (order) => {
    expect(set({ content: { order } })).toMatchObject(E.left({ code: 'invalid_tag_order', path: '/content/order' }));
  });

  it('refuses content that is none', () => {
    expect(set({ content: undefined })).toMatchObject(E.left({ code: 'invalid_content', path: '/content' }));
  });

  it('keeps to a lower limit', () => {
    expect(parseRemoveRoomTag({ ...valid, tag: 'abcd' }, { ...defaultLimits, maxTagBytes: 3 })).toMatchObject(
      E.left({ code: 'invalid_tag' }),
    );
  });
});
