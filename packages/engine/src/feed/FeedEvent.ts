import type { AccountDataType, Actor, JsonObject, RoomId, Tag, UserId } from '@account-data/domain';
import type { Position, PositionedEvent, Revision } from '@account-data/event-store';

interface FeedEventBase {
  readonly userId: UserId;
  /** Where it stands in the log: continue after it. */
  readonly position: Position;
  readonly revision: Revision;
  readonly eventId: string;
  /** When the log recorded it, in milliseconds since the Unix epoch. */
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
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  /** `{}` is a deletion. */
  readonly content: JsonObject;
}

/** @category model */
export interface TagFeedEvent extends FeedEventBase {
  readonly _tag: 'RoomTagSet' | 'RoomTagRemoved';
  readonly roomId: RoomId;
  readonly tag: Tag;
  /** Null for a removal. */
  readonly content: JsonObject | null;
}

/** The user was erased: forget what you hold of it. @category model */
export interface UserErasedFeedEvent extends FeedEventBase {
  readonly _tag: 'UserErased';
}

/** @category model */
export type FeedEvent = AccountDataFeedEvent | TagFeedEvent | UserErasedFeedEvent;

/** Everything that matches up to here (inclusive) has been given: continue after it. @category model */
export interface FeedProgress {
  readonly _tag: 'Progress';
  readonly position: Position;
}

/**
 * The position that the feed was to go on after is of a history that was lost: an older copy of the log took its place.
 * What was read after `position`, which this log still has, is not in it any more; the feed goes on from there.
 *
 * @category model
 */
export interface FeedPositionLost {
  readonly _tag: 'PositionLost';
  /** 0 where nothing is known to be shared. */
  readonly position: Position;
  /** What the reader named. */
  readonly lost: Position;
}

/** @category model */
export type FeedItem = FeedEvent | FeedProgress | FeedPositionLost;

/** Which events a reader wants. What is absent does not narrow. Erasures come always, within `userId`. @category model */
export interface FeedFilter {
  readonly userId?: string;
  /** Null: only global account data. */
  readonly roomId?: string | null;
  /** The type of account data. */
  readonly type?: string;
  /** Room tags too. Default false. */
  readonly tags?: boolean;
}

/** Gives undefined for events that are no news to a feed (foreign or unreadable ones). */
export type FeedDecoder = (event: PositionedEvent) => FeedEvent | undefined;

/** @category filters */
export const feedMatcher =
  (filter: FeedFilter): ((event: FeedEvent) => boolean) =>
  (event) => {
    if (filter.userId !== undefined && event.userId !== filter.userId) return false;
    switch (event._tag) {
      case 'AccountDataUpdated':
        return (
          (filter.roomId === undefined || event.roomId === filter.roomId) &&
          (filter.type === undefined || event.type === filter.type)
        );
      case 'RoomTagSet':
      case 'RoomTagRemoved':
        return (
          filter.tags === true &&
          filter.type === undefined &&
          (filter.roomId === undefined || event.roomId === filter.roomId)
        );
      case 'UserErased':
        return true;
    }
  };
