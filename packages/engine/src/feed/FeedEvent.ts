import type { FeedEvent, FeedFilter, FeedPositionLost, FeedProgress } from '@account-data/domain';
import type { PositionedEvent } from '@account-data/event-store';

export type {
  AccountDataFeedEvent,
  FeedEvent,
  FeedFilter,
  FeedPositionLost,
  FeedProgress,
  TagFeedEvent,
  UserErasedFeedEvent,
} from '@account-data/domain';

/** What a feed gives: an event, how far it is, or that its beginning was lost. @category model */
export type FeedItem = FeedEvent | FeedProgress | FeedPositionLost;

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
