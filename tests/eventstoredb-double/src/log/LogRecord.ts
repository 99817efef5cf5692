/** Something written to the log: an event, or a stream's tombstone. */
export interface LogRecord {
  /** Where it begins. Reading forwards from here gives it first. */
  readonly position: bigint;
  /** Where it ends, and the next one begins: reading backwards from here gives it first. */
  readonly end: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** Ticks of 100 ns since the Unix epoch. */
  readonly created: bigint;
}

/** An event to be written. */
export interface Proposal {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Expected = 'any' | 'no-stream' | 'stream-exists' | bigint;

/** The revision of a stream's tombstone, and of `$tb` where a stream was deleted softly. */
export const deletedRevision = 9_223_372_036_854_775_807n;
