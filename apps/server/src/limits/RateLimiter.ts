import type { Clock } from '@account-data/runtime';
import { boundedCache } from './BoundedCache.js';

/** What one principal may still ask for. @category model */
export interface RateBucket {
  /**
   * Takes one request out. 0 where it may go on, else how many milliseconds to wait. A promise where another process counts; of
   * undefined where that one does not answer.
   */
  readonly take: () => number | Promise<number | undefined>;
}

/** The rates of all principals. @category model */
export interface RateLimiter {
  readonly bucketOf: (principalId: string) => RateBucket;
}

const unlimited: RateBucket = { take: () => 0 };

/**
 * Token buckets: `perSecond` requests flow in, `burst` at most are saved up. With `perSecond` 0 there is no limit.
 *
 * @category constructors
 */
export const makeRateLimiter = (options: {
  readonly perSecond: number;
  readonly burst: number;
  readonly clock: Clock;
}): RateLimiter => {
  const { perSecond, burst, clock } = options;
  if (perSecond === 0) return { bucketOf: () => unlimited };
  const buckets = boundedCache<string, RateBucket>(100_000);
  const make = (): RateBucket => {
    let saved = burst;
    let at = clock.monotonic();
    return {
      take: () => {
        const now = clock.monotonic();
        saved = Math.min(burst, saved + ((now - at) * perSecond) / 1_000);
        at = now;
        if (saved >= 1) {
          saved -= 1;
          return 0;
        }
        return Math.max(1, Math.ceil(((1 - saved) * 1_000) / perSecond));
      },
    };
  };
  return {
    bucketOf: (principalId) => {
      const present = buckets.get(principalId);
      if (present !== undefined) return present;
      const bucket = make();
      buckets.set(principalId, bucket);
      return bucket;
    },
  };
};
