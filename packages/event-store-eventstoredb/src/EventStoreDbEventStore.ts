import {
  batchBytes,
  checkAppend,
  checkLimit,
  checkStream,
  type EventStore,
  maxBatchBytes,
  type ReadError,
  type StoreClosed,
  type StreamPrefixes,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { Appender } from './appends/Appender.js';
import { appendUntilKnown } from './appends/appendUntilKnown.js';
import { Connection } from './connection/Connection.js';
import type { ConnectionSettings } from './connection/ConnectionString.js';
import { connectionSettings, type EventStoreDbOptions, serverName, type StoreLogger } from './EventStoreDbOptions.js';
import { readHead } from './reads/lastPosition.js';
import { readLog } from './reads/readLog.js';
import { readStream } from './reads/readStream.js';
import { hasSystemProjections } from './reads/systemProjections.js';
import type { StoreContext } from './reads/retryRead.js';
import { readMetadata, writeMetadata } from './streams/streamMetadata.js';
import { tombstoneStream } from './streams/tombstoneStream.js';
import { HealingSubscription } from './subscriptions/HealingSubscription.js';
import { RecentEvents } from './subscriptions/RecentEvents.js';
import { defaultTimeouts, patience } from './Timeouts.js';
import { prepareAppend } from './wire/appendRequests.js';

const warnOf = (settings: ConnectionSettings, logger: StoreLogger | undefined): void => {
  for (const option of settings.ignored) {
    logger?.log('warn', 'An option of the EventStoreDB connection string means nothing here', { option });
  }
  if (!settings.tls && settings.credentials !== undefined) {
    logger?.log('warn', 'Credentials are not sent to EventStoreDB over a connection without TLS', {});
  }
};

const closed: StoreClosed = { _tag: 'StoreClosed', code: 'store_closed' };

/** An event store on EventStoreDB or KurrentDB, and what can be asked of that besides the port. @category model */
export interface EventStoreDbEventStore extends EventStore {
  /**
   * Whether projections of the server (`$by_category` and its like) have written to the end of the log: their links keep
   * the names of streams, also of those that are tombstoned and scavenged.
   */
  readonly hasSystemProjections: () => TE.TaskEither<ReadError | StoreClosed, boolean>;
}

/**
 * The event store on an EventStoreDB or KurrentDB server. It connects when it is first needed and comes back by itself,
 * so that it can be opened while no server is there. Throws a `ConnectionStringError` where the connection string or a
 * certificate's file is no good.
 *
 * @category constructors
 */
export const openEventStoreDbEventStore = (options: EventStoreDbOptions): EventStoreDbEventStore => {
  const { runtime, prefix, logger } = options;
  const settings = connectionSettings(options);
  warnOf(settings, logger);
  const connection = new Connection(settings, runtime);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const appender = new Appender(runtime, connection, patience(timeouts));
  const context: StoreContext = {
    runtime,
    connection,
    appender,
    timeouts,
    recent: new RecentEvents(),
    name: serverName(settings),
  };
  const subscriptions = new Set<HealingSubscription>();
  /** Calls under way: closing waits for them. */
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const task =
    <L, A>(run: () => Promise<E.Either<L, A>>): TE.TaskEither<L | StoreClosed, A> =>
    async () => {
      if (closing !== undefined) return E.left(closed);
      const call = run();
      underWay.add(call);
      try {
        return await call;
      } finally {
        underWay.delete(call);
      }
    };

  const ours = (prefixes: StreamPrefixes | undefined): { readonly prefixes?: StreamPrefixes } => {
    const all = prefixes ?? (prefix === undefined || prefix === '' ? undefined : [prefix]);
    return all === undefined ? {} : { prefixes: all };
  };

  const close = async (): Promise<void> => {
    for (const subscription of [...subscriptions]) await subscription.close();
    await Promise.allSettled(underWay);
    appender.close();
    await connection.close();
  };

  return {
    append: (stream, events, expected) => {
      checkAppend(stream, events);
      return task(async () => {
        const bytes = batchBytes(events);
        if (bytes > maxBatchBytes) return E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes, limit: maxBatchBytes });
        return appendUntilKnown(context, stream, prepareAppend(stream, events, expected), bytes);
      });
    },
    read: (stream, readOptions) => {
      checkStream(stream);
      checkLimit(readOptions.limit);
      return task(() => readStream(context, stream, readOptions));
    },
    readAll: ({ prefixes, ...readOptions }) => {
      checkLimit(readOptions.limit);
      return task(() => readLog(context, { ...readOptions, ...ours(prefixes) }));
    },
    hasForeignEvents: true,
    head: () => task(() => readHead(context)),
    subscribe: (subscribeOptions) => {
      const subscription: HealingSubscription = new HealingSubscription(
        context,
        { ...subscribeOptions, ...ours(subscribeOptions.prefixes) },
        () => subscriptions.delete(subscription),
      );
      subscriptions.add(subscription);
      if (closing !== undefined) void subscription.close();
      return subscription;
    },
    setStreamMetadata: (stream, metadata) => {
      checkStream(stream);
      return task(() => writeMetadata(context, stream, metadata));
    },
    streamMetadata: (stream) => {
      checkStream(stream);
      return task(() => readMetadata(context, stream));
    },
    tombstone: (stream) => {
      checkStream(stream);
      return task(() => tombstoneStream(context, stream));
    },
    hasSystemProjections: () => task(() => hasSystemProjections(context)),
    close: () => (closing ??= close()),
  };
};
