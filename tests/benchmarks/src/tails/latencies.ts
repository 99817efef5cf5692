/** How long answers took, in milliseconds, and how many came in a second. @category model */
export interface Latencies {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
}

/** The smallest of the durations that so large a part of them does not exceed (nearest rank). */
const percentile = (sorted: Float64Array, part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;

/** Of all durations, which came within so many seconds. */
export const latenciesOf = (durations: ReadonlyArray<number>, seconds: number): Latencies => {
  const sorted = Float64Array.from(durations).sort();
  return {
    rate: durations.length / seconds,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    p999: percentile(sorted, 0.999),
    most: percentile(sorted, 1),
  };
};
