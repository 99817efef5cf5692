import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStreamPrefix, streamNames } from '@account-data/domain';
import { arbitraryRoomId, arbitraryUserId } from '@account-data/domain/testing';
import { alice, kitchen } from './given/examples.js';

const prefix = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:]{0,8}$/).filter(isStreamPrefix);

describe('the names of streams', () => {
  it('are these', () => {
    const names = streamNames();
    expect(names.accountData(alice)).toBe('account_data-@alice:example.org');
    expect(names.tags(alice)).toBe('account_data_tags-@alice:example.org');
    expect(names.log).toBe('account_data_log');
    expect(names.erasures).toBe('account_data_erasures');
    expect(names.modules('default')).toBe('account_data_modules-default');
    expect(names.parked('webhook')).toBe('account_data_parked-webhook');
    expect(names.access('2026-11')).toBe('account_data_access-2026-11');
    expect(names.room(kitchen)).toBe('account_data_room-!kitchen:example.org');
    expect(streamNames('staging_').accountData(alice)).toBe('staging_account_data-@alice:example.org');
  });

  it('tell whose they are', () => {
    fc.assert(
      fc.property(prefix, arbitraryUserId, arbitraryRoomId, (text, userId, roomId) => {
        const names = streamNames(text);
        expect(names.userIdOf(names.accountData(userId))).toBe(userId);
        expect(names.userIdOf(names.tags(userId))).toBe(userId);
        for (const other of [names.log, names.erasures, names.modules(userId), names.parked(userId), names.access(userId), names.room(roomId)]) {
          expect(names.userIdOf(other)).toBeUndefined();
        }
        expect(names.userIdOf(`${names.accountDataPrefix}nobody`)).toBeUndefined();
        expect(streamNames().userIdOf(names.accountData(userId))).toBeUndefined();
      }),
    );
  });

  it('begin with the prefix of their kind and of no other, whatever the prefix of all', () => {
    fc.assert(
      fc.property(
        fc.oneof(prefix, fc.constant('')),
        fc.oneof(prefix, fc.constant('')),
        arbitraryUserId,
        arbitraryRoomId,
        (a, b, userId, roomId) => {
          const ours = streamNames(a);
          const named = [
            ['accountDataPrefix', ours.accountData(userId)],
            ['tagsPrefix', ours.tags(userId)],
            ['erasuresPrefix', ours.erasures],
            ['roomPrefix', ours.room(roomId)],
            ['none', ours.log],
            ['none', ours.modules('g')],
            ['none', ours.parked('m')],
            ['none', ours.access('2026-11')],
          ] as const;
          for (const other of [ours, streamNames(b)]) {
            for (const [kind, name] of named) {
              for (const filter of ['accountDataPrefix', 'tagsPrefix', 'erasuresPrefix', 'roomPrefix'] as const) {
                expect(name.startsWith(other[filter])).toBe(filter === kind && other.prefix === a);
              }
            }
          }
        },
      ),
    );
  });

  it.each(['$', '-', 'a-', '_a', 'account_data', 'x_account_data_', 'ü', 'a b', 'a/b', 'x'.repeat(65)])(
    'take no prefix like %j',
    (text) => {
      expect(isStreamPrefix(text)).toBe(false);
      expect(() => streamNames(text)).toThrow(TypeError);
    },
  );
});
