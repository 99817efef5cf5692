import type { Position, Revision } from '@account-data/domain';
import type { Actor, Content } from '../model.js';

interface FeedEventBase {
  /** Begin after it with `after`. Names the log. */
  readonly id: string;
  readonly userId: string;
  readonly position: Position;
  readonly revision: Revision;
  readonly eventId: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly origin: 'api' | 'import' | 'restore';
}

/** @category model */
export interface AccountDataFeedEvent extends FeedEventBase {
  readonly _tag: 'AccountDataUpdated';
  readonly roomId: string | null;
  readonly type: string;
  /** `{}` is a deletion. */
  readonly content: Content;
}

/** @category model */
export interface TagSetFeedEvent extends FeedEventBase {
  readonly _tag: 'RoomTagSet';
  readonly roomId: string;
  readonly tag: string;
  readonly content: Content;
}

/** @category model */
export interface TagRemovedFeedEvent extends FeedEventBase {
  readonly _tag: 'RoomTagRemoved';
  readonly roomId: string;
  readonly tag: string;
}

/** The user was erased: forget what you hold of it. @category model */
export interface UserErasedFeedEvent extends FeedEventBase {
  readonly _tag: 'UserErased';
}

/** Told apart by `_tag`. @category model */
export type FeedEvent = AccountDataFeedEvent | TagSetFeedEvent | TagRemovedFeedEvent | UserErasedFeedEvent;

/** Everything that matches up to here (inclusive) has been given. @category model */
export interface FeedProgress {
  readonly _tag: 'Progress';
  readonly id: string;
  readonly position: Position;
}

/**
 * What the feed was to go on after is of a history that the log lost: an older copy of it took its place. What was read after
 * `position` is not in the log any more; the feed goes on from there.
 *
 * @category model
 */
export interface FeedPositionLost {
  readonly _tag: 'PositionLost';
  readonly id: string;
  /** The last position that the log still has as it was read; 0 where none is known. */
  readonly position: Position;
  readonly lost: Position;
}

/** @category model */
export type FeedItem = FeedEvent | FeedProgress | FeedPositionLost;

/** Which changes. What is absent does not narrow. Erasures come always, within `userId`. @category model */
export interface FeedFilter {
  readonly userId?: string;
  /** Null: only global account data. */
  readonly roomId?: string | null;
  readonly type?: string;
  /** Room tags too. Default false. */
  readonly tags?: boolean;
}
