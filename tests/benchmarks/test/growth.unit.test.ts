import { describe, expect, it } from 'vitest';
import { flatness, growthLines, growthTable } from '../src/growth/growthTable.js';
import type { GrowthResult } from '../src/growth/GrowthCase.js';

const results: ReadonlyArray<GrowthResult> = [
  { name: 'small', isSize: true, values: { append: 20_000, start: 100 } },
  { name: 'large', isSize: true, values: { append: 10_000, start: 110 } },
  { name: 'one user', isSize: false, values: { append: 1 } },
];

describe('flatness', () => {
  it('is the slowest by the fastest, of logs that differ in size alone', () => {
    expect(flatness('append', results)).toBe(2);
    expect(flatness('start', results)).toBeCloseTo(1.1);
    expect(flatness('get', results)).toBeUndefined();
  });

  it('is told beside the numbers, and kept with them', () => {
    expect(growthTable(results)).toContain('| changes, 64 in flight, changes/s | 20,000 | 10,000 | 1 | 2 |');
    expect(growthTable(results)).toContain('| start of the engine, ms | 100 | 110 | – | 1.1 |');
    expect(growthLines(results)).toContainEqual({ name: 'growth/large/append', value: 10_000, unit: 'changes/s' });
    expect(growthLines(results)).toContainEqual({ name: 'growth/flatness/append', value: 2, unit: 'ratio' });
  });
});
