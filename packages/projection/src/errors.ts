import type { ReadError } from '@account-data/event-store';

/**
 * The event that stopped the projector. Nothing after it is shown until the program was upgraded and started again.
 *
 * @category errors
 */
export interface ProjectionFailure {
  readonly code: 'newer_schema_version' | 'log_changed' | 'gap_in_stream' | 'subscription_failed' | 'storage_failed' | 'storage_damaged';
  /** What happened and what to do. Holds no account data content. */
  readonly message: string;
  /** Decimal strings, where an event is to blame. */
  readonly position?: string;
  readonly stream?: string;
  readonly revision?: string;
  readonly eventId?: string;
  readonly eventType?: string;
}

/** A history or as-of read that failed. @category errors */
export type HistoryError =
  | ReadError
  /** The log holds an event there that this version can't read. */
  | {
      readonly _tag: 'UnreadableEvent';
      readonly code: 'unreadable_event';
      readonly stream: string;
      readonly revision: string;
      readonly message: string;
    }
  | { readonly _tag: 'InvalidQuery'; readonly code: 'invalid_query'; readonly path: string; readonly message: string }
  | { readonly _tag: 'ProjectionClosed'; readonly code: 'projection_closed' }
  /** What has to be read in storage is not what was written. The projection is being built anew: ask again. */
  | { readonly _tag: 'ProjectionDamaged'; readonly code: 'projection_damaged'; readonly message: string };

/** A rebuild that did not come to its end. What it did stays and the next one goes on from there. @category errors */
export type RebuildError =
  | ReadError
  | { readonly _tag: 'RebuildAborted'; readonly code: 'rebuild_aborted' }
  | { readonly _tag: 'RebuildRunning'; readonly code: 'rebuild_running' }
  | { readonly _tag: 'RebuildFailed'; readonly code: 'rebuild_failed'; readonly message: string }
  | { readonly _tag: 'ProjectionClosed'; readonly code: 'projection_closed' };

/** Opening a storage that can't be used, and can't be rebuilt by itself either. @category errors */
export interface StorageUnavailable {
  readonly _tag: 'StorageUnavailable';
  readonly code: 'projection_storage_unavailable';
  readonly message: string;
}
