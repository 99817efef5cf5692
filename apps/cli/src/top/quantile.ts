/** So many were at most so long; the counts of longer bounds hold those of shorter ones. @category model */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/**
 * How long so many of all took, as a fraction from 0 to 1, as Prometheus' histogram_quantile estimates it: evenly within a bucket;
 * beyond the last bound, that bound. Undefined of none.
 *
 * @category destructors
 */
export const quantile = (fraction: number, buckets: ReadonlyArray<Bucket>): number | undefined => {
  const sorted = [...buckets].sort((a, b) => a.bound - b.bound);
  const total = sorted.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const rank = fraction * total;
  let below: Bucket = { bound: 0, count: 0 };
  for (const bucket of sorted) {
    if (bucket.count >= rank && bucket.count > below.count) {
      if (bucket.bound === Infinity) return below.bound;
      return below.bound + (bucket.bound - below.bound) * ((rank - below.count) / (bucket.count - below.count));
    }
    below = bucket;
  }
  return undefined;
};
