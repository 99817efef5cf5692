/** Over which time the changes of a user are counted, and in how many parts. @category model */
export interface ActivityQuery {
  /** Account data (`data`, the default) or room tags. */
  readonly stream?: 'data' | 'tags';
  /** Milliseconds since the Unix epoch, inclusive. Default: when the first change was recorded. */
  readonly since?: number;
  /** The same, exclusive. Default: just after the last change was recorded. */
  readonly until?: number;
  /** How many parts of equal length, at least 1. Default 100. */
  readonly parts?: number;
}

/** How many changes of a user were recorded in each part of a time. @category model */
export interface Activity {
  readonly since: number;
  readonly until: number;
  readonly counts: ReadonlyArray<number>;
}
