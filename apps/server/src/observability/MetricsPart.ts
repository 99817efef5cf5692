import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** What was counted of the requests of one route. @category model */
export interface RouteDurations {
  readonly method: string;
  readonly route: string;
  /** How many answers took as long as each bound, and longer than the one before. */
  readonly buckets: ReadonlyArray<number>;
  readonly total: number;
  /** In milliseconds. */
  readonly sum: number;
}

/** The metrics of one process, to be added to those of others. @category model */
export interface MetricsPart {
  readonly metrics: ReadonlyArray<MetricObjectWithValues<MetricValue<string>>>;
  readonly durations: ReadonlyArray<RouteDurations>;
}

/** The durations of several processes, added up by route. */
export const addDurations = (all: ReadonlyArray<RouteDurations>): ReadonlyArray<RouteDurations> => {
  const sums = new Map<string, RouteDurations>();
  for (const one of all) {
    const key = `${one.method} ${one.route}`;
    const before = sums.get(key);
    sums.set(
      key,
      before === undefined
        ? one
        : {
            ...one,
            buckets: one.buckets.map((count, index) => count + (before.buckets[index] ?? 0)),
            total: one.total + before.total,
            sum: one.sum + before.sum,
          },
    );
  }
  return [...sums.values()];
};
