import type {
  AppendError,
  AppendResult,
  EventAddress,
  ExpectedRevision,
  LogSlice,
  PositionedEvent,
  ProposedEvent,
  ReadAllOptions,
  ReadAtOptions,
  ReadStreamOptions,
  StreamMetadata,
  StreamName,
  StreamSlice,
} from '@account-data/event-store';
import type * as E from 'fp-ts/lib/Either.js';

/** What became of a write. */
export type WriteResult<A> = Promise<E.Either<AppendError, A>>;

/**
 * One way of being a store of a folder: as its owner, or beside it. Arguments were checked before. Reads are of what is
 * durable and answer at once; they throw where the files can't be read.
 */
export interface LogRole {
  readonly name: 'owner' | 'follower';
  readonly append: (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
  ) => WriteResult<AppendResult>;
  readonly setMetadata: (stream: StreamName, metadata: StreamMetadata) => WriteResult<void>;
  readonly tombstone: (stream: StreamName) => WriteResult<void>;
  readonly read: (stream: StreamName, options: ReadStreamOptions) => StreamSlice;
  readonly readAll: (options: ReadAllOptions) => LogSlice;
  readonly readAt: (places: ReadonlyArray<EventAddress>, options: ReadAtOptions) => ReadonlyArray<PositionedEvent | undefined>;
  readonly metadata: (stream: StreamName) => StreamMetadata | 'tombstoned';
  /** The position of the last durable entry; 0 of an empty log. */
  readonly durable: () => number;
  /** The same; subscriptions are told first of what became durable since they were last. */
  readonly look: () => number;
  /** There is a subscription now: what becomes durable is to be told to it. */
  readonly follow: () => void;
  /** Finishes writes in flight and lets go of the files. */
  readonly close: () => Promise<void>;
}
