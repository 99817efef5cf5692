import type { Runtime } from '@account-data/runtime';

const errorOf = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('It threw something that is no error.');

/**
 * What a function of a module comes to, or the rejection `late` where it takes longer, in milliseconds. Whatever it does,
 * this settles, and rejects with an error that is one.
 */
export const within = <A>(run: () => A | Promise<A>, milliseconds: number, runtime: Runtime, late: Error): Promise<A> =>
  new Promise((resolve, reject) => {
    const cancel = runtime.timers.setTimeout(() => {
      reject(late);
    }, milliseconds);
    // Async, so that what is thrown at once rejects.
    (async () => run())().then(
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

/** False where it took longer, in milliseconds. */
export const settlesWithin = (runtime: Runtime, promise: Promise<unknown>, milliseconds: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const cancel = runtime.timers.setTimeout(() => {
      resolve(false);
    }, milliseconds);
    promise.then(
      () => {
        cancel();
        resolve(true);
      },
      (error: unknown) => {
        cancel();
        reject(errorOf(error));
      },
    );
  });
