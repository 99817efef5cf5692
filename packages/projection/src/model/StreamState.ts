/** Which of a user's two streams. @category model */
export type StreamKind = 'data' | 'tags';

/** The rows of one stream in one generation of unwritten changes. @category model */
export interface PendingChain {
  /** Where the stream is among those of the generation. */
  readonly stream: number;
  /** The number of the newest row there; -1 where there is none. */
  newest: number;
  count: number;
  /** The newest row of each key, once the chain is too long to be walked at each look-up. */
  byKey: Map<number, number> | undefined;
}

/**
 * What is known in memory of one stream of a user: its head, and where its unwritten rows are.
 *
 * @category model
 */
export class StreamState {
  readonly kind: StreamKind;
  readonly userId: string;
  /** The revision of its last event; -1 before the first. */
  head: number;
  /** The effective time of its last event. */
  time: number;
  /** How many keys have content; -1 where nobody asked yet. */
  keyCount = -1;
  /** How many bytes the contents take; -1 where nobody asked yet. */
  contentBytes = -1;
  /** True once its user was erased: its unwritten rows are not to be written. */
  purged = false;
  /** True while storage has no record of it. */
  isNew: boolean;
  /** The block of the log index that last named its user, and the number it has there. */
  logBlock = -1;
  logUser = 0;
  /** Unwritten rows: those still being collected, and those being written. */
  active: PendingChain = noRows;
  flushing: PendingChain = noRows;

  constructor(kind: StreamKind, userId: string, head: number, time: number, isNew: boolean) {
    this.kind = kind;
    this.userId = userId;
    this.head = head;
    this.time = time;
    this.isNew = isNew;
  }
}

/** Shared by all streams without unwritten rows: never written to. @category constants */
export const noRows: PendingChain = Object.freeze({ stream: -1, newest: -1, count: 0, byKey: undefined });
