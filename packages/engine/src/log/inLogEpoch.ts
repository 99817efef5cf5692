import { encodeEvent, schemaVersionOf } from '@account-data/domain';
import type { AppendError, EventStore, ProposedEvent, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

export interface LogEpochOptions {
  readonly store: EventStore;
  /** The log's own stream. */
  readonly stream: StreamName;
  readonly runtime: Runtime;
  /** Whether none is to be begun: this engine began the log, or writes through somebody who has. */
  readonly hasBegun: boolean;
}

/** The event that begins an epoch, to be appended to the log's own stream. @category constructors */
export const logEpochBegan = (runtime: Runtime): ProposedEvent => {
  const id = runtime.random.uuid();
  const event = encodeEvent(
    { type: 'LogEpochBegan', data: {} },
    {
      schemaVersion: schemaVersionOf('LogEpochBegan'),
      actor: { kind: 'service', id: 'account-data-engine' },
      $correlationId: id,
      origin: 'api',
    },
  );
  return { id, ...event };
};

/**
 * The store, for an engine that begins an epoch of the log with its first write: one that only reads gives out no position,
 * and begins none. See the engine's decision record 1.
 */
export const inLogEpoch = ({ store, stream, runtime, hasBegun }: LogEpochOptions): EventStore => {
  let begun = hasBegun;
  let beginning: Promise<E.Either<AppendError, void>> | undefined;

  const begin = async (): Promise<E.Either<AppendError, void>> => {
    const first = await store.read(stream, { limit: 1 })();
    if (E.isLeft(first)) return first;
    // A log that is not named yet: nobody holds a position of it.
    if (first.right._tag !== 'Events') {
      begun = true;
      return E.right(undefined);
    }
    const appended = await store.append(stream, [logEpochBegan(runtime)], 'any')();
    if (E.isLeft(appended)) return appended;
    begun = true;
    return E.right(undefined);
  };

  /** Once; tried again with the next write where it failed. */
  const whenBegun = async (): Promise<E.Either<AppendError, void>> => {
    beginning ??= begin().finally(() => {
      beginning = undefined;
    });
    return beginning;
  };

  const after =
    <A>(write: () => Promise<E.Either<AppendError, A>>) =>
    async (): Promise<E.Either<AppendError, A>> => {
      if (!begun) {
        const ready = await whenBegun();
        if (E.isLeft(ready)) return ready;
      }
      return write();
    };

  return {
    ...store,
    append: (to, events, expected) => {
      const append = store.append(to, events, expected);
      return begun ? append : after(append);
    },
    setStreamMetadata: (to, metadata) => after(store.setStreamMetadata(to, metadata)),
    tombstone: (to) => after(store.tombstone(to)),
  };
};
