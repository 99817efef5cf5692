import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Position, type ReadFrom, Revision, compareDecimals, earliest, isAfter, isAtLeast, isBefore, isUpTo, latest, plus, revisionAfter } from '../src/index.js';

const whole = fc.oneof(fc.bigInt({ min: 0n, max: 1_000n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 10n ** 15n - 3n, max: 10n ** 15n + 3n }));

describe('decimal text', () => {
  it('has the order of the numbers that it stands for', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const [one, other] = [Position(a), Position(b)];
        expect(Math.sign(compareDecimals(one, other))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(isAfter(one, other)).toBe(a > b);
        expect(isAtLeast(one, other)).toBe(a >= b);
        expect(one === other).toBe(a === b);
      }),
    );
  });

  it('adds as numbers do, and refuses what would be below 0', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: -2_000, max: 2_000 }), (value, by) => {
        const sum = value + BigInt(by);
        if (sum < 0n) expect(() => plus(Revision(value), by)).toThrow(RangeError);
        else expect(plus(Revision(value), by)).toBe(String(sum));
      }),
    );
    expect([revisionAfter('no-stream'), revisionAfter(Revision(4)), revisionAfter('no-stream', 3)]).toEqual(['0', '5', '2']);
  });

  it('survives JSON as it is', () => {
    expect(JSON.parse(JSON.stringify({ revision: Revision(2n ** 63n) }))).toEqual({ revision: '9223372036854775808' });
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53, -1n, '', '01', '1e3', ' 1', '-1'])('is not made of %s', (value) => {
    expect(() => Position(value)).toThrow(RangeError);
  });
});

describe('places to read from', () => {
  it('have the order of the log, with its start before the first event', () => {
    const place = fc.oneof(fc.constant(-1n), whole);
    const from = (number: bigint): ReadFrom => (number < 0n ? 'start' : Position(number));
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(isBefore(from(a), from(b))).toBe(a < b);
        expect(isUpTo(from(a), from(b))).toBe(a <= b);
        expect(latest(from(a), from(b))).toBe(from(a > b ? a : b));
        expect(earliest(from(a), from(b))).toBe(from(a < b ? a : b));
      }),
      { examples: [[-1n, -1n], [-1n, 0n], [0n, -1n], [9n, 10n]] },
    );
  });
});
