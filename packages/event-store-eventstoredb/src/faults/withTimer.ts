import type { Runtime } from '@account-data/runtime';

/** The time a call was given has passed. @category errors */
export class TimedOut extends Error {
  readonly _tag = 'TimedOut';
  override readonly name = 'TimedOut';
}

/**
 * What a promise gives, unless so many milliseconds pass first: then `onTimeout` is called, to give up what was asked
 * for, and the promise rejects with {@link TimedOut}. What comes later is dropped in silence.
 *
 * @category combinators
 */
export const withTimer = <A>(
  runtime: Runtime,
  milliseconds: number,
  promise: Promise<A>,
  onTimeout: () => void = () => undefined,
): Promise<A> =>
  new Promise((resolve, reject) => {
    const cancel = runtime.timers.setTimeout(() => {
      reject(new TimedOut(`no answer within ${Math.round(milliseconds)} ms`));
      onTimeout();
    }, milliseconds);
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
