import type { Backoff } from '../../api/ConfiguredModule.js';

/** Milliseconds before the next try, after so many failed ones. `random` from 0 to 1 takes up to half of it off. */
export const backoffDelay = (backoff: Backoff, attempts: number, random: number): number => {
  const full = Math.min(backoff.maximum, backoff.initial * backoff.factor ** (attempts - 1));
  return full * (1 - random / 2);
};
