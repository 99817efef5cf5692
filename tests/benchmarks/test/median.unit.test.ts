import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median } from '../src/median.js';

describe('median', () => {
  it('is the middle of an odd number of samples, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1e6, 2, 30, 4, 100])).toBe(30);
  });

  it('orders numbers as numbers, not as text', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('is the mean of the middle two of an even number', () => {
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('leaves the samples as they were', () => {
    const samples = [3, 1, 2];
    median(samples);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('has as many samples below it as above it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (samples) => {
        fc.pre(samples.length % 2 === 1);
        const middle = median(samples);
        const half = (samples.length - 1) / 2;
        expect(samples).toContain(middle === 0 ? samples.find((sample) => sample === 0) : middle);
        expect(samples.filter((sample) => sample < middle).length).toBeLessThanOrEqual(half);
        expect(samples.filter((sample) => sample > middle).length).toBeLessThanOrEqual(half);
      }),
    );
  });

  it('of no samples is an error', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
