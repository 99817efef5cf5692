import type { FeedPositionLost as LoggedLoss, FeedEvent as LoggedEvent, FeedProgress as LoggedProgress } from '@account-data/domain';

export type { FeedFilter } from '@account-data/domain';

/** The place of an item: begin after it with `id`, which names the log. @category model */
export interface FeedPlace {
  readonly id: string;
}

/** A change as the feed tells it, told apart by `_tag`. @category model */
export type FeedEvent = LoggedEvent & FeedPlace;

/** Everything that matches up to here (inclusive) has been given. @category model */
export type FeedProgress = LoggedProgress & FeedPlace;

/** What the feed was to go on after is not in the log any more. @category model */
export type FeedPositionLost = LoggedLoss & FeedPlace;

/** What the feed gives: an event, how far it is, or that its beginning was lost. @category model */
export type FeedItem = FeedEvent | FeedProgress | FeedPositionLost;
