import type { AccessDenied, EventStore, StoreClosed, StoreDamaged, StoreUnavailable } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import type * as TE from 'fp-ts/lib/TaskEither.js';

/** What the store tells people who run it. Never contents of events. @category model */
export interface StoreLogger {
  readonly info: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, details?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, details?: Readonly<Record<string, unknown>>) => void;
}

/**
 * How a process uses the folder: `own` (the default), as its only owner, or not at all; `read`, for reading only, with or
 * without an owner beside it; `auto`, as its owner or, where there is one, beside it: then reads go to the file up to what
 * is durable, writes to the owner, and should the owner end, the next write makes this process the owner; `beside`, the same
 * for a store that is there, but never as its owner: without one a write waits for the next, 15 seconds at the most. Its
 * subscriptions are told each checkpoint.
 *
 * @category model
 */
export type LmdbStoreMode = 'own' | 'read' | 'auto' | 'beside';

/** Which folder is opened, and how. @category model */
export interface LmdbEventStoreOptions {
  /** The folder the store is in. It is made where there is none. */
  readonly path: string;
  readonly runtime: Runtime;
  readonly mode?: LmdbStoreMode;
  readonly logger?: StoreLogger;
}

/** What a compaction did. Sizes of the log file in bytes. @category model */
export interface CompactionReport {
  /** Counts the log files of the store, from 1 on. */
  readonly generation: number;
  /** Entries that nobody could read any more, and that are gone. */
  readonly entriesRemoved: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** A compaction that did not come to its end. The message says what became of the log, and what to do. @category errors */
export interface CompactionFailed {
  readonly _tag: 'CompactionFailed';
  readonly code: 'compaction_failed';
  readonly message: string;
}

/** Why a compaction did not come to its end. @category errors */
export type CompactionError = CompactionFailed | StoreUnavailable | AccessDenied | StoreDamaged | StoreClosed;

/**
 * An event store in a folder of this machine.
 *
 * @category model
 */
export interface LmdbEventStore extends EventStore {
  /** Names the store; a copy of its folder keeps the name. */
  readonly storeId: string;
  /** Whether this process owns the folder now, or reads beside its owner and writes through it. */
  readonly role: () => 'owner' | 'follower';
  /**
   * How far the log is durable now; 0 where it is empty. Beside the owner it costs one read of the owner's mark, and subscriptions are
   * told of what is new first: with 1,000 events or fewer, those that are not busy have them when it returns.
   */
  readonly look: () => number;
  /**
   * Writes the log anew without the events of streams that were tombstoned before the call, and without those that
   * `maxCount` hides, and removes the old file: from then on the store's folder does not hold their bytes any more. Names of
   * tombstoned streams stay, positions and revisions of all else stay what they were. Appends and reads go on meanwhile
   * (appends wait at the end, for as long as it takes to copy what came in between); it needs room for a second copy.
   * What it can't reach: copies of the folder, and other processes that still have the old file open until they next read.
   */
  readonly compact: () => TE.TaskEither<CompactionError, CompactionReport>;
}
