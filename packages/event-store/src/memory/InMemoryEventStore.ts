import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { checkAppend, checkLimit, checkStream } from '../checkAppend.js';
import type { StoreClosed } from '../errors.js';
import type { EventStore, StreamMetadata } from '../EventStore.js';
import { createSubscriptionHub } from '../SubscriptionHub.js';
import { emptyContents, headOf, readLog, readAddresses, readStream } from './MemoryContents.js';
import { createMemoryLog, type MemoryLog, type WriteAttempt, type WriteFault } from './MemoryLog.js';

/** How the store in memory behaves: how long a flush takes, and what goes wrong. @category model */
export interface InMemoryEventStoreOptions {
  readonly runtime: Runtime;
  /** Whether the whole log goes on showing tombstoned events, as an EventStoreDB does until it is scavenged. Default true. */
  readonly keepTombstoned?: boolean;
  /** Milliseconds from a write to its being durable and acknowledged. Default 0: at the end of the current turn. */
  readonly flushDelay?: number;
  /** Asked at every write whether, and how, it goes wrong. */
  readonly fault?: (attempt: WriteAttempt) => WriteFault | undefined;
}

/**
 * A store that keeps its log in memory: all of the port, its guarantees included, but for the disk. For tests and
 * simulations, which can also cut its power.
 *
 * @category model
 */
export interface InMemoryEventStore extends EventStore {
  /** Another client of the same log. Closing one leaves the other alone. */
  readonly connect: () => InMemoryEventStore;
  /**
   * The log's process dies and starts again: the returned store shows what was durable. Of what was being written, some
   * may be durable (by chance, drawn from the runtime). Calls in flight on the old handles are never answered, their
   * subscriptions fall silent, and whatever is called on them later is never answered either.
   */
  readonly crash: () => InMemoryEventStore;
  /** The process of this client dies: as `crash`, for this handle alone. What it was writing still becomes durable. */
  readonly abandon: () => void;
}

const closed: StoreClosed = { _tag: 'StoreClosed', code: 'store_closed' };
const never = new Promise<never>(() => undefined);

const connectTo = (log: MemoryLog): InMemoryEventStore => {
  const { runtime, contents } = log.options;
  const hub = createSubscriptionHub({ runtime, readAll: (options) => readLog(contents, options), head: () => headOf(contents) });
  log.hubs.add(hub);
  let state: 'open' | 'closed' | 'dead' = 'open';

  const isDead = (): boolean => state === 'dead' || (state === 'open' && !log.hubs.has(hub));

  const task =
    <L, A>(run: () => E.Either<L, A> | Promise<E.Either<L, A>>): TE.TaskEither<L | StoreClosed, A> =>
    async () => {
      if (isDead()) return never;
      if (state === 'closed') return E.left(closed);
      const outcome = await run();
      return isDead() ? never : outcome;
    };

  return {
    append: (stream, events, expected) => {
      checkAppend(stream, events);
      return task(() => log.append(stream, events, expected));
    },
    read: (stream, options) => {
      checkStream(stream);
      checkLimit(options.limit);
      return task(() => E.right(readStream(contents, stream, options)));
    },
    readAll: (options) => {
      checkLimit(options.limit);
      return task(() => E.right(readLog(contents, options)));
    },
    readAt: (places, options = {}) => task(() => E.right(readAddresses(contents, places, options))),
    head: () => task(() => E.right(headOf(contents))),
    subscribe: (options) => hub.subscribe(options),
    setStreamMetadata: (stream, metadata) => {
      checkStream(stream);
      return task(() => log.setMetadata(stream, metadata));
    },
    streamMetadata: (stream) => {
      checkStream(stream);
      return task(() => {
        const found = contents.streams.get(stream);
        if (found?.tombstoned === true) return E.left({ _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream });
        const metadata: StreamMetadata = found?.metadata ?? {};
        return E.right(metadata);
      });
    },
    tombstone: (stream) => {
      checkStream(stream);
      return task(() => log.tombstone(stream));
    },
    close: () => {
      if (state !== 'open') return Promise.resolve();
      log.flush();
      state = 'closed';
      hub.close();
      log.hubs.delete(hub);
      return Promise.resolve();
    },
    connect: () => connectTo(log),
    crash: () => {
      log.crash();
      state = 'dead';
      return connectTo(createMemoryLog(log.options));
    },
    abandon: () => {
      state = 'dead';
      hub.abandon();
      log.hubs.delete(hub);
    },
  };
};

/**
 * Makes an empty event store in memory. It keeps the contract, and its log is gone with the process.
 *
 * @category constructors
 */
export const createInMemoryEventStore = (options: InMemoryEventStoreOptions): InMemoryEventStore =>
  connectTo(
    createMemoryLog({
      runtime: options.runtime,
      contents: emptyContents(),
      flushDelay: options.flushDelay ?? 0,
      keepTombstoned: options.keepTombstoned ?? true,
      fault: options.fault,
    }),
  );
