/**
 * The tables of a projection's storage. What their records hold is told in `src/records`.
 *
 * @category model
 */
export const storageTables = [
  'meta',
  'entries',
  'tags',
  'dataStreams',
  'dataBlocks',
  'tagStreams',
  'tagBlocks',
  'requests',
  'requestOrder',
  'log',
  'types',
  'quarantine',
  'erased',
] as const;

/** The name of a table; what is in it says decision 1 of this package. @category model */
export type StorageTable = (typeof storageTables)[number];

/** A part of a table in the order of its keys' UTF-8 bytes. @category model */
export interface StorageRange {
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** From the end of the range backwards. */
  readonly reverse?: boolean;
}

/**
 * Takes one record; `value` is readable during the call only, up to `value.length`.
 * False ends the scan.
 *
 * @category model
 */
export type VisitRecord = ((key: string, value: Buffer) => void) | ((key: string, value: Buffer) => boolean);

/** Reads of a storage: they see every write that has settled. @category model */
export interface StorageReader {
  /** The record's bytes, up to `.length`, readable only until the next read of this storage. */
  readonly get: (table: StorageTable, key: string) => Buffer | undefined;
  readonly scan: (table: StorageTable, range: StorageRange, visit: VisitRecord) => void;
}

/** How many bytes behind a record {@link StorageWriter.putInPlace} may write. @category constants */
export const spareBytes = 4;

/** Writes within one transaction. @category model */
export interface StorageWriter {
  /** Stores `bytes` from `start` (inclusive) to `end` (exclusive). They must not change until the write is settled. */
  readonly put: (table: StorageTable, key: string, bytes: Buffer, start: number, end: number) => void;
  /** The same without a copy. The {@link spareBytes} bytes from `end` on are the storage's until the write is settled. */
  readonly putInPlace: StorageWriter['put'];
  readonly remove: (table: StorageTable, key: string) => void;
}

/** What the records were as one moment. Release it soon: storage can't reuse space meanwhile. @category model */
export interface StorageSnapshot extends StorageReader {
  readonly release: () => void;
}

/**
 * An ordered key-value store with atomic writes: what a projection needs, and no more. Keys are non-empty strings of
 * at most 1,900 bytes in UTF-8. Reads are synchronous and see every settled write. A process that is killed leaves
 * whole writes, in order; a computer that fails may lose the last ones, never the middle.
 *
 * `storageContract` states this as tests.
 *
 * @category model
 */
export interface ProjectionStorage extends StorageReader {
  /**
   * Runs `fill` in this turn, and stores all of what it asked for, or nothing.
   * Settled when reads see it; rejected where the storage could not take it (a full disk), or with what `fill` threw: then
   * nothing changed and the write can be tried again. Writes settle in the order in which they were asked for.
   */
  readonly write: (fill: (writer: StorageWriter) => void) => Promise<void>;
  readonly snapshot: () => StorageSnapshot;
  /** Calls the listener each time a read finds a record that is not what was written; that read throws `StorageDamaged`. */
  readonly onDamage: (listener: (damage: Error) => void) => void;
  /** The same where who reads finds what can't be, as a record that is missing; gives the `StorageDamaged` to throw. */
  readonly damaged: (what: string) => Error;
  /** Waits for writes in flight and lets go of the files. */
  readonly close: () => Promise<void>;
}

/** Everything after a prefix: keys never hold U+10FFFF. @category combinators */
export const prefixRange = (prefix: string): StorageRange => ({ from: prefix, to: `${prefix}\u{10FFFF}` });
