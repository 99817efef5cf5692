import type { EventStore, LogSlice, ReadAllOptions, ReadError } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** Reads a slice of the log; what can't be reached is tried again. Left: the store is gone for good. */
export type ReadLog = (options: ReadAllOptions) => Promise<E.Either<ReadError, LogSlice>>;

const firstDelay = 100;
const longestDelay = 10_000;

/** Reads of the log that wait, with growing pauses, while the store is out of reach. @category constructors */
export const readLogWith =
  (store: EventStore, runtime: Runtime, isClosed: () => boolean): ReadLog =>
  async (options) => {
    for (let delay = firstDelay; ; delay = Math.min(delay * 2, longestDelay)) {
      const slice = await store.readAll(options)();
      if (E.isRight(slice) || slice.left._tag !== 'StoreUnavailable' || isClosed()) return slice;
      await pause(runtime, delay);
    }
  };

/** Resolved after so many milliseconds, less up to half of them at random. */
export const pause = (runtime: Runtime, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    runtime.timers.setBackgroundTimeout(resolve, milliseconds * (1 - runtime.random.number() / 2));
  });
