import type { EventStore, LogSlice, ReadAllOptions, ReadError } from '@account-data/event-store';
import { type Backoff, backoffDelay, pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** Reads a slice of the log; what can't be reached is tried again. Left: the store is gone for good. */
export type ReadLog = (options: ReadAllOptions) => Promise<E.Either<ReadError, LogSlice>>;

const retry: Backoff = { first: 100, longest: 10_000 };

/** Reads of the log that wait, with growing pauses, while the store is out of reach. @category constructors */
export const readLogWith =
  (store: EventStore, runtime: Runtime, isClosed: () => boolean): ReadLog =>
  async (options) => {
    for (let failures = 1; ; failures += 1) {
      const slice = await store.readAll(options)();
      if (E.isRight(slice) || slice.left._tag !== 'StoreUnavailable' || isClosed()) return slice;
      await pause(runtime, backoffDelay(runtime, retry, failures), { isBackground: true });
    }
  };
