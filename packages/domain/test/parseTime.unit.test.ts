import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, timeText } from '../src/index.js';

const now = Date.UTC(2026, 10, 24, 15, 30, 10);

describe('a time as people write it', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24 09:00', '2026-11-24T09:00:00.000Z'],
    ['2026-11-24T09:00', '2026-11-24T09:00:00.000Z'],
    ['2026-11-24 09:00:30.5', '2026-11-24T09:00:30.500Z'],
    ['2026-11-24 09:00 +01:00', '2026-11-24T08:00:00.000Z'],
    ['2026-11-24T09:00:00+0530', '2026-11-24T03:30:00.000Z'],
    ['2026-11-24t09:00:00z', '2026-11-24T09:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['now', '2026-11-24T15:30:10.000Z'],
    ['today', '2026-11-24T00:00:00.000Z'],
    ['Yesterday', '2026-11-23T00:00:00.000Z'],
    ['90s', '2026-11-24T15:28:40.000Z'],
    ['15m', '2026-11-24T15:15:10.000Z'],
    ['2h ago', '2026-11-24T13:30:10.000Z'],
    ['3d', '2026-11-21T15:30:10.000Z'],
    ['1w', '2026-11-17T15:30:10.000Z'],
  ])('%s is %s', (text, time) => {
    expect(timeText(parseTime(text, now) ?? Number.NaN)).toBe(time);
  });

  it.each(['', 'soon', '2026', '2026-02-30', '2026-13-01', '2026-11-24 25:00', '2026-11-24 9:00', '3 d', '3y', '-3d', '3d3h', '24/11/2026', '1764000000'])('%j is none', (text) => {
    expect(parseTime(text, now)).toBeUndefined();
  });

  it('reads what times are written as', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (time) => parseTime(timeText(time), now) === time));
  });
});
