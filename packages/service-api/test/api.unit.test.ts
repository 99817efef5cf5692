import { Revision } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import {
  RevisionText,
  TimeText,
  answerRecord,
  getHistory,
  getState,
  getTags,
  globalKey,
  pathOf,
  queryOf,
  record,
  requestFaults,
  withTimes,
} from '../src/index.js';

const faultsOf = (codec: t.Mixed, value: unknown) => {
  const decoded = codec.decode(value);
  return E.isLeft(decoded) ? requestFaults(decoded.left, '') : [];
};

describe('a time of a request', () => {
  const times = withTimes(getHistory.query);

  it('may be as people write it; what is none is left for the codec to refuse', () => {
    const now = Date.UTC(2026, 10, 24, 9);
    const query = { since: '3d', until: '2026-11-24 08:00', type: '3d', limit: '5' };
    expect(times(query, now)).toEqual({ since: '2026-11-21T09:00:00.000Z', until: '2026-11-24T08:00:00.000Z', type: '3d', limit: '5' });
    expect(getHistory.query.decode(times(query, now))).toMatchObject({ right: { since: now - 3 * 86_400_000, type: '3d' } });
    expect(faultsOf(getHistory.query, times({ since: 'soon' }, now))).toEqual([{ path: '/since', message: expect.stringContaining('yesterday') as string }]);
    expect(times('no object', now)).toBe('no object');
    expect(withTimes(getTags.answer)({ at_time: '3d' }, now)).toEqual({ at_time: '3d' });
  });
});

describe('an object', () => {
  const properties = [{ ifRevision: RevisionText }, { reason: t.string }] as const;

  it('of a request refuses what it does not know, and says what may be meant', () => {
    expect(faultsOf(record('R', ...properties), { if_revision: '1', resaon: 'x' })).toEqual([
      { path: '/resaon', message: 'is not known here; did you mean "reason"?' },
    ]);
  });

  it('of an answer passes over what it does not know, and keeps the rest', () => {
    expect(answerRecord('A', ...properties).decode({ if_revision: '1', later: { any: 'thing' } })).toEqual(E.right({ ifRevision: '1' }));
  });

  it('of either kind tells what is missing or wrong by its place, without the value', () => {
    for (const codec of [record('R', ...properties), answerRecord('A', ...properties)]) {
      expect(faultsOf(codec, {})).toEqual([{ path: '/if_revision', message: 'is required' }]);
      expect(JSON.stringify(faultsOf(codec, { if_revision: 'secret' }))).not.toContain('secret');
      expect(faultsOf(codec, [])).toHaveLength(1);
    }
  });
});

describe('a path and a query', () => {
  it('come back as they were, whatever is in them', () => {
    const typeOf = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((type) => type.isWellFormed());
    fc.assert(
      fc.property(typeOf, (type) => {
        const path = pathOf(globalKey.get, { userId: '@a:b.c', type });
        expect(path.split('/')).toHaveLength(6);
        expect(path.split('/').map(decodeURIComponent).slice(3)).toEqual(['@a:b.c', 'account_data', type]);
        const query = queryOf(getState, { type, roomId: null, atRevision: Revision(5), includeDeleted: true, limit: 7 });
        const read = getState.query.decode(Object.fromEntries(new URLSearchParams(query)));
        expect(read).toEqual(E.right({ type, roomId: null, atRevision: Revision(5), includeDeleted: true, limit: 7 }));
      }),
    );
  });

  it('say nothing where there is nothing to say, and never go without a part of the path', () => {
    expect(queryOf(getState, {})).toBe('');
    expect(() => pathOf({ path: '/v1/{missing}', params: record('P', {}, {}) }, {})).toThrow('missing');
  });
});

describe('revisions and times', () => {
  it('are the same after encoding and decoding', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(Revision), (revision) => {
      expect(RevisionText.decode(RevisionText.encode(revision))).toEqual(E.right(revision));
    }));
    fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (time) => {
      expect(TimeText.decode(TimeText.encode(time))).toEqual(E.right(time));
    }));
  });

  it.each(['', '-1', '01', '1.0', '1e3', ' 1', '123456789012345678901', 5, null])('%j is no revision', (value) => {
    expect(E.isLeft(RevisionText.decode(value))).toBe(true);
  });
});
