import type { Position } from '../Position.js';

/** Which changes a feed tells. What is absent does not narrow. Erasures come always, within `userId`. @category model */
export interface FeedFilter {
  readonly userId?: string;
  /** Null: only global account data. */
  readonly roomId?: string | null;
  /** The type of account data. */
  readonly type?: string;
  /** Room tags too. Default false. */
  readonly tags?: boolean;
}

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

/** A part of a feed, as the package `consumer` reads it: an item, or only how far the feed is. @category model */
export interface FeedPart<Item> {
  /** A decimal string. Everything up to here (inclusive) has been given with this part. */
  readonly position: string;
  /** Absent where nothing of interest lay up to the position. */
  readonly item?: Item;
  /** The epoch of the log that the position is in; absent where the source knows none. */
  readonly epoch?: string;
  /** The position to go on after was this one, and is of a history that the log lost. */
  readonly lost?: string;
}

/** What a feed gave, as a part for a consumer. @category constructors */
export const feedPartOf = <Event extends { readonly _tag: string; readonly position: Position }>(
  item: Event | FeedProgress | FeedPositionLost,
  epoch: string | undefined,
): FeedPart<Event> => {
  const place = { position: item.position, ...(epoch === undefined ? {} : { epoch }) };
  if (isProgress(item)) return place;
  return isLost(item) ? { ...place, lost: item.lost } : { ...place, item };
};

const isProgress = (item: { readonly _tag: string }): item is FeedProgress => item._tag === 'Progress';
const isLost = (item: { readonly _tag: string }): item is FeedPositionLost => item._tag === 'PositionLost';
