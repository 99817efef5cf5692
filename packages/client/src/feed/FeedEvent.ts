import type { FeedEvent as LoggedEvent, Position } from '@account-data/domain';

/** A change as the feed tells it, told apart by `_tag`. Begin after it with `id`, which names the log. @category model */
export type FeedEvent = LoggedEvent & { readonly id: string };

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

/** What the feed gives: an event, how far it is, or that its beginning was lost. @category model */
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
