import { describe, expect, it } from 'vitest';
import { durationOf, durationText } from '../src/index.js';

describe('times of a configuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2.5s', 2_500],
    ['5 m', 300_000],
    ['1h', 3_600_000],
    ['0s', 0],
  ])('%s', (text, milliseconds) => {
    expect(durationOf(text)).toBe(milliseconds);
    expect(durationOf(durationText(milliseconds))).toBe(milliseconds);
  });

  it.each([30, '30', 'soon', '-1s', '1d', null])('%s is none', (value) => {
    expect(durationOf(value)).toBeUndefined();
  });
});
