import type { Lsn } from './Lsn.js';
import type { SynapseRow } from '@account-data/synapse-import';

/** The tables that are followed. @category model */
export type FollowedTable = SynapseRow['table'] | 'erased_users';

/** What tells a row of account data or tags from all others. @category model */
export type RowKey = Pick<SynapseRow, 'table' | 'userId' | 'roomId' | 'type'>;

/** What happened at the homeserver. @category model */
export type SourceChange =
  /** `content` is the JSON text of the row; undefined where the database did not send it, because it is what it was. */
  | { readonly _tag: 'RowWritten'; readonly key: RowKey; readonly content: string | undefined }
  | { readonly _tag: 'RowDeleted'; readonly key: RowKey }
  | { readonly _tag: 'UserErased'; readonly userId: string }
  /** The homeserver took the mark of an erasure back: the account was activated again. */
  | { readonly _tag: 'ErasureRevoked'; readonly userId: string }
  | { readonly _tag: 'TableTruncated'; readonly table: FollowedTable };

/** A change with its place, by which it is known again, and the time of its commit in milliseconds since the Unix epoch. @category model */
export interface PlacedChange {
  readonly place: string;
  /** Where its transaction was committed. */
  readonly commit: Lsn;
  readonly time: number;
  readonly change: SourceChange;
}

/** What a source gives, in the order of commits. `isAsked`: it waits to have the place confirmed, as in a shutdown. */
export type SourceItem =
  | ({ readonly _tag: 'Change' } & PlacedChange)
  /** Everything that was committed before this place has been given. */
  | { readonly _tag: 'Reached'; readonly lsn: bigint; readonly isAsked?: true };

/** The key as one string. */
export const keyText = ({ table, userId, roomId, type }: RowKey): string => JSON.stringify([table, userId, roomId, type]);
