import { describe, expect, it } from 'vitest';
import { latenciesOf } from '../src/tails/latencies.js';

describe('the latencies of answers', () => {
  it('are by nearest rank, in whatever order the answers came', () => {
    const durations = Array.from({ length: 1_000 }, (_none, index) => ((index * 7) % 1_000) + 1);
    expect(latenciesOf(durations, 2)).toEqual({ rate: 500, p50: 500, p99: 990, p999: 999, most: 1_000 });
  });

  it('of one answer are that of this one', () => {
    expect(latenciesOf([3], 1)).toEqual({ rate: 1, p50: 3, p99: 3, p999: 3, most: 3 });
  });

  it('are nothing where no answer came', () => {
    expect(latenciesOf([], 1)).toEqual({ rate: 0, p50: 0, p99: 0, p999: 0, most: 0 });
  });
});
