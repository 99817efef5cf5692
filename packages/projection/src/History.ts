import type { HistoryEntry, TagHistoryEntry, UserId } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';
import type { AccountDataEntry, EntryPlace, RoomTags } from './AccountDataEntry.js';

export type { ChangeFacts, HistoryEntry, TagHistoryEntry } from '@account-data/domain';

/** The order of a page: the oldest first, or the newest. @category model */
export type Direction = 'forwards' | 'backwards';

/**
 * Which time of a change counts. `original`: when it was made, which of an import is the time that came with it, unless that is
 * later than its recording; `recorded`: when this log recorded it.
 *
 * @category model
 */
export type TimeMeant = 'original' | 'recorded';

/** Which changes of a user's account data a page has. Times are milliseconds since the Unix epoch. @category model */
export interface UserHistoryQuery {
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
  /** Default `backwards`: newest first. */
  readonly direction?: Direction;
  /** Inclusive. Default: the newest going backwards, the first going forwards. */
  readonly from?: Revision;
  /** Only changes with a time in this window: `since` inclusive, `until` exclusive. A recorded time is the effective one. */
  readonly since?: number;
  readonly until?: number;
  /** Which time that is. Default `original`. */
  readonly by?: TimeMeant;
  /** 1 to 1,000, default 100. */
  readonly limit?: number;
  /** The page ends with the change that goes beyond so many bytes of contents. Default: no bound. */
  readonly maxBytes?: number;
}

/** A page of a user's changes. @category model */
export interface UserHistoryPage {
  readonly entries: ReadonlyArray<HistoryEntry>;
  /** Ask again with this `from` for the next page; absent at the end. Appends in the meantime shift nothing. */
  readonly next?: Revision;
}

/** As {@link UserHistoryQuery}; `from` is a revision of the tag stream. @category model */
export interface TagHistoryQuery extends Omit<UserHistoryQuery, 'roomId' | 'type'> {
  readonly roomId?: string;
  readonly tag?: string;
}

/** A page of a user's tag changes. @category model */
export interface TagHistoryPage {
  readonly entries: ReadonlyArray<TagHistoryEntry>;
  /** As that of a {@link UserHistoryPage}. */
  readonly next?: Revision;
}

/** Changes across users, in the order of the log. @category model */
export interface LogHistoryQuery {
  readonly type?: string;
  readonly direction?: Direction;
  /** Inclusive position. Default: the newest going backwards, the first going forwards. */
  readonly from?: Position;
  /** Only changes with a time in this window: `since` inclusive, `until` exclusive. A recorded time is the log's. */
  readonly since?: number;
  readonly until?: number;
  /** Which time that is. Default `original`. */
  readonly by?: TimeMeant;
  readonly limit?: number;
  /** As of {@link UserHistoryQuery}. */
  readonly maxBytes?: number;
}

/** A page of changes across users. Ask again after `next`; absent at the end. @category model */
export interface LogHistoryPage {
  readonly entries: ReadonlyArray<HistoryEntry>;
  readonly next?: Position;
}

/** A user's tags as they were, by room; rooms without any are left out. @category model */
export interface TagsAsOf {
  readonly userId: UserId;
  readonly rooms: ReadonlyArray<RoomTags>;
}

/**
 * A moment of a user's account data: after everything up to and including it. Revisions are of account data. By original times
 * (the default) it is what the changes made up to then come to, in the order of the log.
 *
 * @category model
 */
export type AsOf =
  | { readonly position: Position }
  | { readonly time: number; readonly by?: TimeMeant }
  | { readonly revision: Revision };

/** A part of the state at a moment. @category model */
export interface AsOfPageQuery {
  readonly roomId?: string | null;
  readonly type?: string;
  /** Exclusive. */
  readonly after?: EntryPlace;
  readonly limit?: number;
  /** The page ends with the entry that goes beyond it. */
  readonly maxBytes?: number;
}

/** What a user had at a moment. The time is in milliseconds since the Unix epoch. @category model */
export interface StateAsOf {
  readonly userId: UserId;
  /** The revision the state was folded up to; `no-stream` before the first change. */
  readonly revision: Revision | 'no-stream';
  readonly position?: Position;
  readonly time?: number;
  /** What had content then. */
  readonly entries: ReadonlyArray<AccountDataEntry>;
  /** Where only a part was asked for: ask again after this; absent at the end. */
  readonly next?: EntryPlace;
}

/** Where an event stands in the log. @category model */
export interface EventPlace {
  readonly position: Position;
  /** Effective time, in milliseconds since the Unix epoch. */
  readonly time: number;
}
