import type { Resynchronisation } from './FollowProgress.js';
import type { ParkedRow } from './ParkedRows.js';

/**
 * What a follow does: `starting` looks at the database, `comparing` takes over a snapshot, `following` is told of changes,
 * `waiting` will try again after what `problem` says.
 *
 * @category model
 */
export type FollowPhase = 'starting' | 'comparing' | 'following' | 'waiting' | 'stopped';

/** How a follow does. @category model */
export interface FollowHealth {
  readonly serverName: string;
  readonly way: 'replication' | 'polling';
  readonly phase: FollowPhase;
  /** Why it waits, by a stable code, and what to do. */
  readonly problem?: { readonly code: string; readonly message: string; readonly statements: ReadonlyArray<string> };
  /** Everything that was committed before it is in the log. */
  readonly confirmed?: string;
  /** Bytes of WAL that were written since; they are not only account data. */
  readonly behindBytes?: number;
  /** Bytes of WAL that the database keeps on its disk for the slot. */
  readonly retainedBytes?: number;
  /** `reserved`, `extended`, `unreserved` or `lost`: whether the database may give up the slot. */
  readonly walStatus?: string;
  /** Appended since the start of this process. */
  readonly appended: number;
  /** Rows whose last change this log can't hold; the first of them are named. */
  readonly parked: number;
  readonly parkedRows: ReadonlyArray<ParkedRow>;
  /** Users who were erased here and are changed at the homeserver: how many changes were left out. */
  readonly refusedErased: ReadonlyMap<string, number>;
  /** When what is here was compared, because changes may have been missed. The last ones. */
  readonly resynchronised: ReadonlyArray<Resynchronisation>;
}
