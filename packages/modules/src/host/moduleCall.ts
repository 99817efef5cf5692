import { type Runtime, within } from '@account-data/runtime';

/**
 * What a function of a module comes to, or the rejection `late` where it takes longer, in milliseconds. Whatever it does,
 * this settles, and rejects with an error that is one.
 */
export const moduleCall = async <A>(run: () => A | Promise<A>, milliseconds: number, runtime: Runtime, late: Error): Promise<A> => {
  let isLate = false;
  // Async, so that what is thrown at once rejects.
  const called = (async () => run())();
  return within(runtime, milliseconds, called, () => {
    isLate = true;
  }).catch((error: unknown) => {
    throw isLate ? late : error;
  });
};
