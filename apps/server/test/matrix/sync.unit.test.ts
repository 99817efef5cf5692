import { Position, type ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logToken, parseLogToken } from '../../src/http/LogToken.js';
import { filterIdOf, filterOfId, maxFilterBytes } from '../../src/matrix/sync/filterId.js';
import { parseSyncFilter } from '../../src/matrix/sync/SyncFilter.js';
import type { SyncFilter } from '../../src/matrix/sync/SyncFilter.js';

const positions = (epoch: string | undefined) => ({ epochAt: () => epoch, givenUpTo: (position: ReadFrom) => position });

const filterOf = (value: unknown): SyncFilter => {
  const parsed = parseSyncFilter(value);
  if (E.isLeft(parsed)) throw new Error(parsed.left);
  return parsed.right;
};

describe('a position that clients hold', () => {
  it('comes back as it was, and only for its own log', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }).map(Position), fc.uuid(), fc.uuid(), (value, log, other) => {
        fc.pre(log !== other);
        const token = logToken(value, { logId: log, ...positions('a1b2c3d4') });
        expect(parseLogToken(token, log)).toEqual(E.right({ position: value, epoch: 'a1b2c3d4' }));
        expect(parseLogToken(token, other)).toEqual(E.left('other_log'));
      }),
    );
    expect(parseLogToken('start_log', 'log')).toEqual(E.right({ position: 'start', epoch: undefined }));
    expect(parseLogToken(logToken(Position(7), { logId: 'log', ...positions(undefined) }), 'log')).toEqual(E.right({ position: '7', epoch: undefined }));
  });

  it.each(['', '12', '_log', '012_log', '-1_log', '1e3_log', '12_', '12_log extra', '12_log_', '12_log_0_0', `${'9'.repeat(30)}_log`])('is refused where it is malformed: %s', (token) => {
    expect(parseLogToken(token, 'log')).toEqual(E.left('malformed'));
  });
});

describe('a filter ID', () => {
  it('is the filter, does not begin with {, and fits into a URL', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (filter) => {
        const id = filterIdOf(filter);
        fc.pre(id !== undefined);
        expect(id).toMatch(/^[\w-]+$/);
        expect(filterOfId(id)).toEqual(E.right(JSON.parse(JSON.stringify(filter))));
      }),
    );
    expect(filterIdOf({ a: 'x'.repeat(maxFilterBytes) })).toBeUndefined();
    expect(filterOfId('nonsense')).toEqual(E.left('not_a_filter_id'));
  });
});

describe('a filter of types', () => {
  it.each<[ReadonlyArray<string>, string, boolean]>([
    [['a'], 'a', true],
    [['a'], 'ab', false],
    [['a*'], 'ab', true],
    [['*'], '', true],
    [['*b'], 'ab', true],
    [['a*c*e'], 'abcde', true],
    [['a*c*e'], 'abde', false],
    [['aa*aa'], 'aaa', false],
    [['a.c'], 'abc', false],
    [[], 'a', false],
  ])('%j wants %s: %s', (types, type, wanted) => {
    expect(filterOf({ account_data: { types } }).wantsGlobal(type)).toBe(wanted);
    expect(filterOf({ account_data: { not_types: types } }).wantsGlobal(type)).toBe(!wanted);
    expect(filterOf({ room: { account_data: { types } } }).wantsOfRoom(type)).toBe(wanted);
  });

  it('agrees with a regular expression on every pattern', () => {
    const part = fc.stringMatching(/^[ab*.]{0,6}$/);
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab.]{0,8}$/), (pattern, type) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(filterOf({ account_data: { types: [pattern] } }).wantsGlobal(type)).toBe(expression.test(type));
      }),
    );
  });

  it('that asks for senders gets no account data, which has none', () => {
    expect(filterOf({ account_data: { senders: ['@a:b.c'] } }).wantsGlobal('a')).toBe(false);
  });

  it('names where it is malformed', () => {
    expect(parseSyncFilter({ room: { account_data: { types: 'a' } } })).toEqual(E.left('room.account_data.types'));
    expect(parseSyncFilter([])).toEqual(E.left(''));
  });
});
