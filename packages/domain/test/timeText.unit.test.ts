import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStorableTime, latestTime, timeText } from '../src/index.js';

test('any number has a time text of RFC 3339', () => {
  fc.assert(
    fc.property(fc.double(), (time) => {
      expect(timeText(time)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }),
    { examples: [[1e300], [-1e300], [Infinity], [Number.NaN], [latestTime], [latestTime + 1]] },
  );
});

test('a time that can be stored keeps its milliseconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: latestTime }), (time) => {
      expect(isStorableTime(time)).toBe(true);
      expect(Date.parse(timeText(time))).toBe(time);
    }),
  );
  expect([-1, latestTime + 1, 1e300, Infinity, Number.NaN, '0'].map(isStorableTime)).toEqual(Array.from({ length: 6 }, () => false));
});
