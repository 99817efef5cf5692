import type { FeedEvent } from '@account-data/domain';
import type { Position, PositionedEvent } from '@account-data/event-store';

export type { AccountDataFeedEvent, TagFeedEvent, UserErasedFeedEvent, FeedEvent } from '@account-data/domain';

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

/** What a feed gives: an event, how far it is, or that its beginning was lost. @category model */
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

/** Whether a reader with this filter wants an event. @category filters */
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
