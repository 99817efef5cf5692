import { expect, it } from 'vitest';
import { relativeTime } from '../src/index.js';

const [hour, day] = [3_600_000, 86_400_000];
const long = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const short = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

it.each([
  [-59_999, '59 seconds ago', '59 sec. ago'],
  [-60_000, '1 minute ago', '1 min. ago'],
  [-(2 * day - 1), '1 day ago', 'yesterday'],
  [-40 * day, '1 month ago', 'last mo.'],
  [-800 * day, '2 years ago', '2 yr. ago'],
  [3 * hour, 'in 3 hours', 'in 3 hr.'],
  [-999, '0 seconds ago', 'now'],
  [0, 'in 0 seconds', 'now'],
])('%i ms away is %s, or %s', (away, inLong, inShort) => {
  const now = Date.UTC(2026, 10, 24);
  expect(relativeTime(now + away, now, long)).toBe(inLong);
  expect(relativeTime(now + away, now, short)).toBe(inShort);
});
