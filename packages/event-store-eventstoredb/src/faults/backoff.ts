import type { Runtime } from '@account-data/runtime';

/** How long to wait before trying again: in milliseconds, doubled with each attempt. @category model */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** Milliseconds before the attempt after the `attempt`th (from 1): between half and all of the doubled time, by chance. @category destructors */
export const backoffDelay = (runtime: Runtime, { first, longest }: Backoff, attempt: number): number => {
  const doubled = Math.min(longest, first * 2 ** Math.min(attempt - 1, 20));
  return doubled / 2 + (doubled / 2) * runtime.random.number();
};

/** Resolved after so many milliseconds. @category combinators */
export const pause = (runtime: Runtime, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    runtime.timers.setTimeout(resolve, milliseconds);
  });
