import { deepStrictEqual } from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkParsedJson,
  defaultLimits,
  parseDeleteAccountData,
  parseSetAccountData,
  requireLocalUser,
} from '@account-data/domain';
import {
  arbitraryAccountDataType,
  arbitraryJsonObject,
  arbitraryRoomIdOrNull,
  arbitraryUserId,
  parsedAgain,
} from '@account-data/domain/testing';
import { alice, bob, kitchen } from '../given/examples.js';

const valid = { userId: '@alice:example.org', roomId: null, type: 'org.example.theme', content: { theme: 'dark' } };
const set = (changes: object, limits: Partial<typeof defaultLimits> = {}) =>
  parseSetAccountData({ ...valid, ...changes }, { ...defaultLimits, ...limits });
const remove = (changes: object) => parseDeleteAccountData({ ...valid, ...changes }, defaultLimits);

describe('a command to set or delete account data', () => {
  it('is what was asked for', () => {
    expect(set({})).toStrictEqual(E.right({ _tag: 'SetAccountData', ...valid }));
    expect(set({ roomId: kitchen, ifRevision: 'absent' })).toStrictEqual(
      E.right({ _tag: 'SetAccountData', ...valid, roomId: kitchen, ifRevision: 'absent' }),
    );
    expect(set({ ifRevision: 'present' })).toStrictEqual(E.right({ _tag: 'SetAccountData', ...valid, ifRevision: 'present' }));
    expect(remove({ ifRevision: '7' })).toStrictEqual(
      E.right({ _tag: 'DeleteAccountData', userId: alice, roomId: null, type: 'org.example.theme', ifRevision: '7' }),
    );
  });

  it('takes everything that is valid, from a program and from JSON text', () => {
    fc.assert(
      fc.property(
        arbitraryUserId,
        arbitraryRoomIdOrNull,
        arbitraryAccountDataType,
        arbitraryJsonObject,
        (userId, roomId, type, content) => {
          const input = { userId, roomId, type: `x${type}`.slice(0, 60).toWellFormed(), content };
          const expected = E.right({ _tag: 'SetAccountData', ...input });
          deepStrictEqual(parseSetAccountData(input, defaultLimits), expected);
          const parsed = { ...input, content: parsedAgain(content) };
          deepStrictEqual(parseSetAccountData(parsed, defaultLimits, checkParsedJson), expected);
        },
      ),
    );
  });

  it.each([
    [{ userId: 'alice' }, 'invalid_user_id', '/userId'],
    [{ userId: undefined }, 'invalid_user_id', '/userId'],
    [{ roomId: 'kitchen' }, 'invalid_room_id', '/roomId'],
    [{ roomId: undefined }, 'invalid_room_id', '/roomId'],
    [{ roomId: '' }, 'invalid_room_id', '/roomId'],
    [{ type: '' }, 'invalid_type', '/type'],
    [{ type: 'a\0b' }, 'invalid_type', '/type'],
    [{ type: 'x'.repeat(256) }, 'invalid_type', '/type'],
    [{ type: 7 }, 'invalid_type', '/type'],
    [{ ifRevision: '-1' }, 'invalid_revision', '/ifRevision'],
    [{ ifRevision: 1 }, 'invalid_revision', '/ifRevision'],
    [{ ifRevision: null }, 'invalid_revision', '/ifRevision'],
    [{ ifRevision: [0n, 1] }, 'invalid_revision', '/ifRevision'],
    [{ ifRevision: 'anything' }, 'invalid_revision', '/ifRevision'],
  ])('with %o is refused', (changes, code, path) => {
    expect(set(changes)).toMatchObject(E.left({ _tag: 'InvalidInput', code, path }));
    expect(remove(changes)).toMatchObject(E.left({ _tag: 'InvalidInput', code, path }));
  });

  it.each([
    [{ content: null }, 'invalid_content', '/content'],
    [{ content: [] }, 'invalid_content', '/content'],
    [{ content: { a: undefined } }, 'invalid_content', '/content/a'],
    [{ content: { a: { 'b/c': 2 ** 53 } } }, 'unsafe_number', '/content/a/b~1c'],
    [{ content: { a: '\ud800' } }, 'invalid_string', '/content/a'],
    [{ content: { a: 'x'.repeat(65_536) } }, 'content_too_large', '/content'],
  ])('with content that is none is refused', (changes, code, path) => {
    expect(set(changes)).toMatchObject(E.left({ _tag: 'InvalidInput', code, path }));
  });

  it('keeps to lower limits', () => {
    expect(set({ type: 'abcd' }, { maxTypeBytes: 3 })).toMatchObject(E.left({ code: 'invalid_type' }));
    expect(E.isRight(set({ type: 'abc' }, { maxTypeBytes: 3 }))).toBe(true);
    expect(E.isRight(set({ content: { a: 'xxxx' } }, { maxContentBytes: 12 }))).toBe(true);
    expect(set({ content: { a: 'xxxxx' } }, { maxContentBytes: 12 })).toMatchObject(E.left({ code: 'content_too_large' }));
    expect(set({ content: { a: [{}] } }, { maxDepth: 2 })).toMatchObject(E.left({ code: 'content_too_deep' }));
  });

  it.each([
    [null, 'm.fully_read'],
    [kitchen, 'm.fully_read'],
    [null, 'm.push_rules'],
    [kitchen, 'm.push_rules'],
    [kitchen, 'm.tag'],
  ])('in %s for the protected type %s is refused', (roomId, type) => {
    expect(set({ roomId, type })).toMatchObject(E.left({ _tag: 'ProtectedType', code: 'protected_type', type }));
    expect(remove({ roomId, type })).toMatchObject(E.left({ code: 'protected_type' }));
  });

  it('may be for m.tag as global account data, which means nothing', () => {
    expect(E.isRight(set({ type: 'm.tag' }))).toBe(true);
  });

  it('may not make a user ignore themselves', () => {
    const ignoring = (...users: ReadonlyArray<string>) => ({
      type: 'm.ignored_user_list',
      content: { ignored_users: Object.fromEntries(users.map((user) => [user, {}])) },
    });
    expect(set(ignoring(bob, alice))).toMatchObject(
      E.left({ code: 'ignoring_oneself', path: '/content/ignored_users' }),
    );
    expect(E.isRight(set(ignoring(bob)))).toBe(true);
    expect(E.isRight(set({ ...ignoring(alice), type: 'org.example.other' }))).toBe(true);
    for (const content of [{}, { ignored_users: null }, { ignored_users: 'x' }, { ignored_users: [alice] }]) {
      expect(E.isRight(set({ type: 'm.ignored_user_list', content }))).toBe(true);
    }
  });

  it('is not echoed by its error', () => {
    const refused = [
      set({ userId: 'hunter2' }),
      set({ roomId: 'hunter2' }),
      set({ type: 'hunter2\0' }),
      set({ content: { a: 'hunter2\ud800' } }),
      set({ content: 'hunter2' }),
    ];
    expect(refused.every(E.isLeft)).toBe(true);
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });
});

describe('users of other servers', () => {
  it('are refused where one server is served', () => {
    expect(requireLocalUser(alice, undefined)).toStrictEqual(E.right(alice));
    expect(requireLocalUser(alice, 'example.org')).toStrictEqual(E.right(alice));
    for (const server of ['EXAMPLE.org', 'org', 'example.org:8448', '']) {
      expect(requireLocalUser(alice, server)).toMatchObject(E.left({ _tag: 'NotLocalUser', code: 'not_local_user', userId: alice }));
    }
  });
});
