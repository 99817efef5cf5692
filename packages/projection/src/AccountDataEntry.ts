import type { AccountDataEntry, RoomTags } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';
import { compareKeys, entryKey } from './records/keys.js';

export type { AccountDataEntry, RoomTags } from '@account-data/domain';

/**
 * The order in which a user's entries are listed: global ones first, by room and type, each by its UTF-8 bytes.
 *
 * @category combinators
 */
export const compareEntries = (
  a: { readonly roomId: string | null; readonly type: string },
  b: { readonly roomId: string | null; readonly type: string },
): number => compareKeys(entryKey('', a.roomId, a.type), entryKey('', b.roomId, b.type));

/**
 * The content of an entry as JSON text, for answers that pass it on unparsed.
 *
 * @category model
 */
export interface ContentText {
  readonly text: string;
  readonly revision: Revision;
  readonly position: Position;
}

/** Which entries to list. @category model */
export interface EntriesFilter {
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  /** Default false. */
  readonly includeDeleted?: boolean;
  /** Only what changed after this position (exclusive). */
  readonly changedAfter?: Position | 'start';
}

/** A part of a user's entries. @category model */
export interface EntriesPageQuery extends EntriesFilter {
  readonly type?: string;
  /** Exclusive; what an earlier page says is next. Default: from the first one on. */
  readonly after?: EntryPlace;
  readonly limit?: number;
  /** The page ends with the entry that goes beyond it. */
  readonly maxBytes?: number;
}

/** Where an entry stands among those of its user. @category model */
export interface EntryPlace {
  readonly roomId: string | null;
  readonly type: string;
}

/** A part of a user's account data, in the order of room and type. @category model */
export interface EntriesPage {
  readonly entries: ReadonlyArray<AccountDataEntry>;
  /** Ask again after this; absent at the end. A page looks at so many keys only, and may have no entry that matches. */
  readonly next?: EntryPlace;
}

/** A part of a user's room tags. @category model */
export interface TagsPageQuery {
  readonly changedAfter?: Position | 'start';
  /** A room ID, exclusive. */
  readonly after?: string;
  readonly maxBytes?: number;
}

/** A part of a user's room tags, in the order of rooms. @category model */
export interface TagsPage {
  readonly rooms: ReadonlyArray<RoomTags>;
  /** Ask again after this; absent at the end. */
  readonly next?: string;
}

/** The revisions of the last events of a user's two streams. @category model */
export interface UserHeads {
  readonly accountData: Revision | 'no-stream';
  readonly tags: Revision | 'no-stream';
}
