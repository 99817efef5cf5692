import { type ClientError, aborted, isPassing } from '../ClientError.js';
import type { ClientRuntime } from '../ports/ClientRuntime.js';

/** How calls that are safe to repeat are repeated. @category model */
export interface RetryPolicy {
  /** How often a call is tried in all. 1: never again. Default 5. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. Default 100. */
  readonly firstDelay: number;
  /** Milliseconds; a server that asks for more (`Retry-After`) gets no further attempt. Default 10,000. */
  readonly maxDelay: number;
}

/** Five tries, with pauses from 100 ms to 10 s. @category constants */
export const defaultRetries: RetryPolicy = { attempts: 5, firstDelay: 100, maxDelay: 10_000 };

/**
 * Milliseconds to wait after so many failed attempts; undefined: give up. Half of the backoff is jitter, so that clients
 * that failed together don't come back together; `Retry-After` is a floor below which jitter never goes.
 */
export const delayAfter = (
  error: ClientError,
  failures: number,
  { attempts, firstDelay, maxDelay }: RetryPolicy,
  { random }: ClientRuntime,
): number | undefined => {
  if (failures >= attempts || !isPassing(error)) return undefined;
  const backoff = Math.min(maxDelay, firstDelay * 2 ** Math.min(failures - 1, 30));
  const asked = error.retryAfter ?? 0;
  if (asked > maxDelay) return undefined;
  return asked + backoff * (0.5 + random.number() / 2);
};

/** Resolves after so many milliseconds; rejects with an `Aborted` as soon as the signal does. */
export const pause = (runtime: ClientRuntime, milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel();
      signal?.removeEventListener('abort', settle);
      if (signal?.aborted === true) reject(aborted(signal.reason));
      else resolve();
    };
    const cancel = runtime.timers.setTimeout(settle, milliseconds);
    signal?.addEventListener('abort', settle);
    if (signal?.aborted === true) settle();
  });

/** `Retry-After` (RFC 9110) in milliseconds: seconds, or a date. */
export const retryAfterOf = (header: string | null, runtime: ClientRuntime): number | undefined => {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - runtime.clock.now());
};
