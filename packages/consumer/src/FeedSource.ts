/** A part of a feed: an item, or only how far the feed is. Positions are decimal strings. @category model */
export interface FeedPart<Item> {
  /** Everything up to here (inclusive) has been given with this part. */
  readonly position: string;
  /** Absent where nothing of interest lay up to the position. */
  readonly item?: Item;
  /** The epoch of the log that the position is in; absent where the source knows none. */
  readonly epoch?: string;
  /** The position to go on after was this one, and is of a history that the log lost: only what is up to `position` is shared. */
  readonly lost?: string;
}

/** Where changes come from: an engine in this process, or a server. @category model */
export interface FeedSource<Item> {
  /** The identity of the log. A checkpoint of another log means nothing in this one. */
  readonly logId: () => Promise<string>;
  /** The position of what the log has last, as it is now; null in an empty one. Needed for a rebuild. */
  readonly head?: () => Promise<string | null>;
  /**
   * From after a position (null: from the beginning) on, without end, until the signal is aborted. `epoch` is that of the
   * position, where it is known.
   */
  readonly read: (after: string | null, signal: AbortSignal, epoch?: string) => AsyncIterable<FeedPart<Item>>;
}

/** How far a consumer is. Keep it in the same database, in the same transaction, as what it made of the items. @category model */
export interface Checkpoint {
  /** The log, and behind `_` the epoch of it that the position is in. Keep it as it is. */
  readonly logId: string;
  /** A decimal string. */
  readonly position: string;
}
