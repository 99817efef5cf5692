/** The most bytes of a Matrix identifier and of the name of a type or tag, in UTF-8. @category constants */
export const maxNameBytes = 255;

/** The most bytes of a request key, in UTF-8. @category constants */
export const maxRequestKeyBytes = 255;

/** The most bytes of an actor's id, in UTF-8. @category constants */
export const maxActorIdBytes = 255;

/** The most bytes of a reason, in UTF-8. @category constants */
export const maxReasonBytes = 1_024;

/** The most that any limit on the depth of content can allow: the checks are recursive, and the stack is finite. @category constants */
export const depthCeiling = 1_000;

/** The most entries of one page of state or history, and the most changes of one batch. @category constants */
export const maxPageEntries = 1_000;

/**
 * How large things may be. Bytes are those of UTF-8.
 *
 * @category model
 */
export interface Limits {
  /** The most bytes that a content takes as JSON text without insignificant whitespace. */
  readonly maxContentBytes: number;
  /** How deep objects and arrays may stand within each other; the content itself is 1. Beyond {@link depthCeiling} it counts as that. */
  readonly maxDepth: number;
  /** At most {@link maxNameBytes}. */
  readonly maxTypeBytes: number;
  /** At most {@link maxNameBytes}. */
  readonly maxTagBytes: number;
  /** How many keys with content, (room, type) or (room, tag), a user may have. Deleted ones don't count. */
  readonly maxKeysPerUser: number;
  /**
   * How many bytes the live contents of each of a user's two streams, account data and tags, may take together. What
   * deletes or shrinks is never refused for it. It is counted from where so many contents of `maxContentBytes` could
   * exceed it: contents from before that limit was lowered may make it count late.
   */
  readonly maxBytesPerUser: number;
  /** A request key is remembered until its user's stream has moved on by so many revisions. */
  readonly requestKeyWindow: number;
}

/**
 * What holds where nothing is configured. The lengths of types and tags are Matrix's; the rest is our own choice.
 *
 * @category constants
 */
export const defaultLimits: Limits = {
  maxContentBytes: 65_536,
  maxDepth: 100,
  maxTypeBytes: maxNameBytes,
  maxTagBytes: maxNameBytes,
  maxKeysPerUser: 10_000,
  maxBytesPerUser: 104_857_600,
  requestKeyWindow: 10_000,
};
