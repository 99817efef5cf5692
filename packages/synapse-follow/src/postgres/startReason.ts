import type { FollowProgress } from '../FollowProgress.js';
import { FollowError } from '../FollowError.js';
import { parseLsn } from '../Lsn.js';
import type { SourceState } from './SourceState.js';

/** Why all rows are compared with what is here before changes are followed; undefined: changes go on where they were. */
export type StartReason =
  /** Nothing was followed before. */
  | 'first'
  /** The process ended while it compared. */
  | 'unfinished'
  /** The database is another one than before, or was put back from an older copy. */
  | 'other_database'
  | 'database_put_back'
  /** There is no slot: a failover without it, or an operator dropped it. */
  | 'slot_missing'
  /** The database gave up the slot, because it kept too much WAL (max_slot_wal_keep_size). */
  | 'slot_lost'
  /** Somebody else read from the slot, or made it anew. */
  | 'slot_moved'
  /** A table was made anew, so that changes of it may have gone unpublished. */
  | 'table_replaced'
  /** The publication lacked something. */
  | 'publication_changed'
  /** A table was emptied. */
  | 'table_truncated'
  /** An operator asked for it. */
  | 'requested';

/**
 * Decides where to start.
 *
 * @throws FollowError where the slot is one that this log did not make
 */
export const startReason = (
  progress: FollowProgress | undefined,
  state: SourceState,
  { slot: slotName, publicationWasWhole }: { readonly slot: string; readonly publicationWasWhole: boolean },
): StartReason | undefined => {
  const { slot, systemId, walEnd, tables } = state;
  if (slot !== undefined && (!slot.isOurs || (progress?.slot !== slotName && slot.restart !== undefined))) {
    throw new FollowError(
      'slot_taken',
      `The replication slot ${slotName} is there, and this log did not make it: somebody else may follow by it. Configure another name, or drop it if nobody does.`,
      slot.isActive ? [] : [`SELECT pg_drop_replication_slot('${slotName}');`],
    );
  }
  if (progress === undefined) return 'first';
  if (progress.systemId !== systemId) return 'other_database';
  if (progress.phase === 'comparing') return 'unfinished';
  const confirmed = parseLsn(progress.confirmed);
  if (slot === undefined) return walEnd < confirmed ? 'database_put_back' : 'slot_missing';
  if (slot.walStatus === 'lost' || slot.confirmed === undefined) return 'slot_lost';
  if (walEnd < confirmed) return 'database_put_back';
  if (slot.confirmed > confirmed) return 'slot_moved';
  if (tables.some(({ table, oid }) => progress.tables[table] !== oid)) return 'table_replaced';
  return publicationWasWhole ? undefined : 'publication_changed';
};
