import type { Position, ReadFrom, Revision } from '@account-data/domain';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { PositionedEvent, ProposedEvent, RecordedEvent, TextMemory } from './Event.js';
import type { ExpectedRevision } from './expectations.js';
import type { AppendError, ReadError, StreamTombstoned } from './errors.js';
import type { StreamName } from './StreamName.js';

/** Where an acknowledged batch ends. @category model */
export interface AppendResult {
  /** The revision of the last event of the batch. */
  readonly revision: Revision;
  /** The position of the last event of the batch; absent where the store sends none (an acknowledged duplicate). */
  readonly position?: Position;
  /**
   * The position of the first event, given where the batch has several and the store counts them one by one: that of each is
   * known then.
   */
  readonly firstPosition?: Position;
}

/** Which events of one stream are read, and how many at once. @category model */
export interface ReadStreamOptions {
  /** The first revision to read (inclusive): default 0 forwards, the end backwards. */
  readonly from?: Revision;
  readonly direction?: 'forwards' | 'backwards';
  /** How many events at the most. */
  readonly limit: number;
  /**
   * The slice ends early where its events would take more bytes, as stored, but it holds one at least. Stores may count
   * in blocks, and go beyond it by 64 KiB.
   */
  readonly maxBytes?: number;
}

/**
 * A part of one stream, in the order that was asked for. A stream that was deleted is told from one that never was.
 *
 * @category model
 */
export type StreamSlice =
  | {
      readonly _tag: 'Events';
      readonly events: ReadonlyArray<RecordedEvent>;
      /** False where a limit ended the slice; the next one begins after its last event. */
      readonly isEnd: boolean;
    }
  | { readonly _tag: 'NoStream' }
  | { readonly _tag: 'Tombstoned' };

/** Only events of streams whose name starts with one of these; all of ours where it is absent. System events never. @category model */
export type StreamPrefixes = ReadonlyArray<string>;

/** Which events of the whole log are read, and how many at once. @category model */
export interface ReadAllOptions {
  /** Exclusive. */
  readonly after: ReadFrom;
  readonly prefixes?: StreamPrefixes;
  readonly limit: number;
  /** As of {@link ReadStreamOptions}. */
  readonly maxBytes?: number;
  /**
   * The events may be texts in this memory (`PositionedEvent.text`), which are parsed when they are asked for data or metadata. The
   * next read into it overwrites them: then they are not to be asked for anything. Stores that hold no JSON ignore it.
   */
  readonly texts?: TextMemory;
}

/** A part of the log, in order, and where to read on. @category model */
export interface LogSlice {
  readonly events: ReadonlyArray<PositionedEvent>;
  /** Read on after this. It moves past foreign events also where no event matched. `start` only of an empty log. */
  readonly next: ReadFrom;
  /** True where the slice reached the end of what was durable when it was read. */
  readonly isEnd: boolean;
}

/** A part of the log, in order. @category model */
export interface SubscriptionBatch {
  /** May be empty: then only the checkpoint moved. */
  readonly events: ReadonlyArray<PositionedEvent>;
  /** Everything that matches up to here (inclusive) has been delivered. Resume after it. */
  readonly checkpoint: Position;
}

/** Where an event is: in its stream, and in the log. @category model */
export interface EventAddress {
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly position: Position;
}

/** How events at places are read. @category model */
export interface ReadAtOptions {
  /** As of {@link ReadStreamOptions}. */
  readonly maxBytes?: number;
  /** As of {@link ReadAllOptions}. */
  readonly texts?: TextMemory;
}

/** How a subscription does. `CatchingUp` reads what was there before, `Live` is told as it happens. @category model */
export type SubscriptionHealth =
  | { readonly _tag: 'CatchingUp' }
  | { readonly _tag: 'Live' }
  /** Cut off and trying again; `since` by the monotonic clock, in milliseconds. */
  | { readonly _tag: 'Reconnecting'; readonly reason: string; readonly attempt: number; readonly since: number }
  | { readonly _tag: 'Closed' }
  /** Stopped for good: the handler threw, or the store failed. */
  | { readonly _tag: 'Failed'; readonly reason: unknown };

/** What a subscription delivers, and to whom. @category model */
export interface SubscribeOptions {
  /** Exclusive. From beyond the end of the log the subscription ends as `Failed`: the log was put back from a backup, or is another. */
  readonly after: ReadFrom;
  readonly prefixes?: StreamPrefixes;
  /** How many events a batch holds at the most. Default 1,000. */
  readonly batchSize?: number;
  /** What was in the log before may be delivered as texts (`ReadAllOptions.texts`), good until the handler is done with the batch. */
  readonly texts?: boolean;
  /**
   * Takes a batch. The next one comes when it has returned or, if it gave a promise, when that is resolved.
   * A batch that a store appended itself may come in the same turn as its acknowledgement, just before it.
   * If it throws or rejects, the subscription ends as `Failed`.
   */
  readonly onBatch: (batch: SubscriptionBatch) => void | Promise<void>;
  /** Told of each change of the subscription's health. */
  readonly onHealth?: (health: SubscriptionHealth) => void;
}

/** A subscription that runs. It heals itself until it is closed or has failed for good. @category model */
export interface Subscription {
  readonly health: () => SubscriptionHealth;
  /** Ends it; resolved when the handler will not be called again. */
  readonly close: () => Promise<void>;
}

/** Limits a store keeps for a stream, with EventStoreDB's meaning. @category model */
export interface StreamMetadata {
  /** Only the last so many events can be read. Never set on data streams: it would destroy the audit trail. */
  readonly maxCount?: number;
}

/**
 * A durable, ordered log of events in streams, with the guarantees of EventStoreDB that this project relies on.
 * `eventStoreContract` (the export `./contract`) states them as tests that every implementation runs:
 *
 * - an append is atomic and, once acknowledged, durable;
 * - positions increase strictly in the order of the log;
 * - the same event ids appended again with the original expected revision are acknowledged and stored once;
 * - a conflict is a value and carries the stream's actual revision;
 * - a subscription delivers from an exclusive position without gap or duplicate, and nothing that is not durable;
 * - a tombstoned stream can't be appended to again. Whether the whole log still shows its events is not promised
 *   (EventStoreDB does until it is scavenged).
 *
 * @category model
 */
export interface EventStore {
  /**
   * Whether positions are taken by events, too, that are not of ours: a node's own, and those of other applications. False
   * where it is absent.
   */
  readonly hasForeignEvents?: boolean;
  readonly append: (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
  ) => TE.TaskEither<AppendError, AppendResult>;
  readonly read: (stream: StreamName, options: ReadStreamOptions) => TE.TaskEither<ReadError, StreamSlice>;
  readonly readAll: (options: ReadAllOptions) => TE.TaskEither<ReadError, LogSlice>;
  /**
   * The events at places of the log, in any order: for each place, in the order that was asked for, its event, or `undefined` where
   * there is none, or no other than that of another stream or revision, or its stream was tombstoned. Fewer than were asked for
   * where bytes end it, but one at least. What `maxCount` hides may be given, as by `readAll`. Absent where a store reads single
   * events no better than streams: then they are read from those.
   */
  readonly readAt?: (places: ReadonlyArray<EventAddress>, options?: ReadAtOptions) => TE.TaskEither<ReadError, ReadonlyArray<PositionedEvent | undefined>>;
  /** The position of the last durable event of the log, foreign ones included; `start` of an empty log. */
  readonly head: () => TE.TaskEither<ReadError, ReadFrom>;
  readonly subscribe: (options: SubscribeOptions) => Subscription;
  readonly setStreamMetadata: (stream: StreamName, metadata: StreamMetadata) => TE.TaskEither<AppendError, void>;
  readonly streamMetadata: (stream: StreamName) => TE.TaskEither<ReadError | StreamTombstoned, StreamMetadata>;
  /** Deletes the stream for good, also one that never had an event. Doing it again is no error. */
  readonly tombstone: (stream: StreamName) => TE.TaskEither<AppendError, void>;
  /** Finishes appends in flight, ends subscriptions and lets go of the store. */
  readonly close: () => Promise<void>;
}
