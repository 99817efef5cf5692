import type { ActualRevision, ExpectedRevision } from './expectations.js';
import type { StreamName } from './StreamName.js';

/** The stream was not where the append expected it. Nothing was appended. @category errors */
export interface RevisionConflict {
  readonly _tag: 'RevisionConflict';
  readonly code: 'revision_conflict';
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly actual: ActualRevision;
}

/** The stream was tombstoned: it can't be appended to or read, ever again. @category errors */
export interface StreamTombstoned {
  readonly _tag: 'StreamTombstoned';
  readonly code: 'stream_tombstoned';
  readonly stream: StreamName;
}

/** The batch is larger than a store may be asked to append at once. Nothing was appended. Sizes in bytes. @category errors */
export interface BatchTooLarge {
  readonly _tag: 'BatchTooLarge';
  readonly code: 'batch_too_large';
  readonly bytes: number;
  readonly limit: number;
}

/**
 * It is not known whether the append happened, and asking again within the time allowed did not tell.
 * Append the same event ids with the same expected revision again to find out.
 *
 * @category errors
 */
export interface OutcomeUnknown {
  readonly _tag: 'OutcomeUnknown';
  readonly code: 'outcome_unknown';
  readonly stream: StreamName;
  readonly message: string;
}

/** The store can't be reached or can't answer now. Nothing was appended by this call. @category errors */
export interface StoreUnavailable {
  readonly _tag: 'StoreUnavailable';
  readonly code: 'store_unavailable';
  readonly message: string;
}

/** The account may not do this (EventStoreDB access lists), or the store was opened for reading only. @category errors */
export interface AccessDenied {
  readonly _tag: 'AccessDenied';
  readonly code: 'store_access_denied';
  readonly message: string;
}

/** The store failed for good (a full or broken disk) and accepts nothing until it is opened again. @category errors */
export interface StoreFailed {
  readonly _tag: 'StoreFailed';
  readonly code: 'store_failed';
  readonly message: string;
}

/**
 * What was asked for is not on the disk as it was written, and is not given. The rest of the store can be read.
 *
 * @category errors
 */
export interface StoreDamaged {
  readonly _tag: 'StoreDamaged';
  readonly code: 'store_damaged';
  /** What is damaged, where, and what to do about it. */
  readonly message: string;
  /** The first and the last position (inclusive) of what may be lost, where it is known. Decimal strings. */
  readonly from?: string;
  readonly to?: string;
}

/** The store was closed. @category errors */
export interface StoreClosed {
  readonly _tag: 'StoreClosed';
  readonly code: 'store_closed';
}

/** Why something could not be read. @category errors */
export type ReadError = StoreUnavailable | AccessDenied | StoreFailed | StoreDamaged | StoreClosed;

/** Why an append was not acknowledged. After `OutcomeUnknown` it may have been stored all the same. @category errors */
export type AppendError = RevisionConflict | StreamTombstoned | BatchTooLarge | OutcomeUnknown | ReadError;
