import type { Random, Timers } from './Runtime.js';

/** How long to wait before trying again, in milliseconds: more with each failure. @category model */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
  /** So many times longer after each failure; default 2. */
  readonly factor?: number;
}

/** How {@link pause} may end. @category model */
export interface PauseOptions {
  /** Ends the pause early. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the process may end meanwhile. */
  readonly isBackground?: boolean;
}

/** The time that something was given has passed. @category errors */
export class TimedOut extends Error {
  readonly _tag = 'TimedOut';
  override readonly name = 'TimedOut';
}

/** Milliseconds to wait after so many failures (from 1): between half and all of what {@link Backoff} says, by chance. @category waiting */
export const backoffDelay = ({ random }: { readonly random: Random }, { first, longest, factor = 2 }: Backoff, failures: number): number =>
  Math.min(longest, first * factor ** Math.min(failures - 1, 60)) * (1 - random.number() / 2);

/** Resolves after so many milliseconds or, if that is earlier, when the signal aborts; never rejects. @category waiting */
export const pause = (
  { timers }: { readonly timers: Timers },
  milliseconds: number,
  { signal, isBackground = false }: PauseOptions = {},
): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = isBackground ? timers.setBackgroundTimeout(end, milliseconds) : timers.setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });

/** What was thrown may hold anything; only an error is passed on as it is. */
const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error('It threw something that is no error.'));

/**
 * What a promise gives, unless so many milliseconds pass first: then `onTimeout` is called, to give up what was asked
 * for, and this rejects with {@link TimedOut}. What comes later is dropped in silence. Whatever it rejects with is an
 * error.
 *
 * @category waiting
 */
export const within = <A>(
  { timers }: { readonly timers: Timers },
  milliseconds: number,
  promise: Promise<A>,
  onTimeout: () => void = () => undefined,
): Promise<A> =>
  new Promise((resolve, reject) => {
    const cancel = timers.setTimeout(() => {
      reject(new TimedOut(`no answer within ${Math.round(milliseconds)} ms`));
      onTimeout();
    }, Math.max(0, milliseconds));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(errorOf(error));
      },
    );
  });

/** Whether a promise is fulfilled before so many milliseconds have passed. Rejects where it does. @category waiting */
export const settlesWithin = async (runtime: { readonly timers: Timers }, milliseconds: number, promise: Promise<unknown>): Promise<boolean> => {
  let isLate = false;
  const settled = within(runtime, milliseconds, promise, () => {
    isLate = true;
  });
  return settled.then(
    () => true,
    (error: unknown) => {
      if (isLate) return false;
      throw errorOf(error);
    },
  );
};

/**
 * Runs something with a signal that aborts after so many milliseconds, or when one of the others does. It settles when
 * what it runs does: what heeds no signal is not cut short.
 *
 * @category waiting
 */
export const withDeadline = async <A>(
  { timers }: { readonly timers: Timers },
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<A>,
  ...others: ReadonlyArray<AbortSignal | undefined>
): Promise<A> => {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const cancel = timers.setTimeout(abort, milliseconds);
  for (const other of others) other?.addEventListener('abort', abort);
  if (others.some((other) => other?.aborted === true)) abort();
  try {
    return await run(controller.signal);
  } finally {
    cancel();
    for (const other of others) other?.removeEventListener('abort', abort);
  }
};
