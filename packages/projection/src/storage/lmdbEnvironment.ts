import { requireDiskSpace } from '@account-data/runtime';
import { open, type Database, type RootDatabase, type Transaction } from 'lmdb';
import { copyBytes, readUtf8, writeUtf8 } from '../records/bytes.js';
import {
  storageTables,
  type ProjectionStorage,
  type StorageReader,
  type StorageTable,
  type StorageWriter,
} from './ProjectionStorage.js';
import { checkedRecord, checksumBytes, keySeed, sealRecord } from './recordChecksum.js';
import { StorageDamaged } from './StorageProvider.js';

/** A buffer whose part from `start` to `end` lmdb is to store: it reads these two, and so no slice is made per record. */
interface ValueBuffer extends Buffer {
  start?: number;
  end?: number;
  view?: DataView;
}

type Table = Database<ValueBuffer, string>;
type Tables = { readonly [T in StorageTable]: Table };

/**
 * A key's part of the checksum of its record, taken from the bytes that lmdb has just written, or is about to read: afterwards
 * it puts other things into that memory. `table`: whose key comes next; undefined where nobody wants to know.
 */
interface KeySeed {
  table: StorageTable | undefined;
  seed: number;
}

const lookUp: KeySeed = { table: undefined, seed: 0 };
const scanned: KeySeed = { table: undefined, seed: 0 };
/** What is stored under the key that comes next. Its memory is named to lmdb before the key is, and read later than that. */
let stored: ValueBuffer | undefined;

const seal = (value: ValueBuffer, seed: number): void => {
  value.view ??= new DataView(value.buffer, value.byteOffset);
  sealRecord(seed, value.view, value.start ?? 0, (value.end ?? 0) - checksumBytes);
};

/** Keys are their UTF-8 bytes, in byte order. */
const keyEncoder = {
  writeKey: (key: string, target: Buffer, start: number): number => {
    const end = start + writeUtf8(target, key, start);
    const { table } = lookUp;
    if (table !== undefined) {
      lookUp.table = undefined;
      lookUp.seed = keySeed(table, target, start, end);
      if (stored !== undefined) {
        seal(stored, lookUp.seed);
        stored = undefined;
      }
    }
    return end;
  },
  readKey: (target: Buffer, start: number, end: number): string => {
    if (scanned.table !== undefined) scanned.seed = keySeed(scanned.table, target, start, end);
    return readUtf8(target, start, end);
  },
};

/** Values are bytes; a read hands out lmdb's own read buffer, which the next read overwrites. */
const encoder = {
  encode: (value: ValueBuffer): ValueBuffer => value,
  decode: (bytes: Buffer): Buffer => bytes,
  copyBuffers: true,
};

/** What a disk must have left for a write of the projection, in bytes: most take less. @category files */
export const roomOfWrite = 4 * 1024 * 1024;

/** lmdb puts the details of a failed commit into a second promise, which would go unhandled. */
const commitError = async (error: unknown): Promise<Error> => {
  const details: unknown = typeof error === 'object' && error !== null && 'commitError' in error ? error.commitError : undefined;
  const reason: unknown = details instanceof Promise ? await details.catch((cause: unknown) => cause) : error;
  return reason instanceof Error ? reason : new Error(`LMDB could not commit: ${String(reason)}`, { cause: error });
};

/** Where records without room for a checksum are copied to: first little, then so many bytes at a time. */
const firstBytes = 4_096;
const moreBytes = 1 << 18;

/**
 * What one write asks for, in memory that lmdb reads until the write has settled. It is handed over once it is whole: lmdb
 * commits what a function that threw had asked for until then.
 */
class CollectedWrite implements StorageWriter {
  readonly #tables: Array<StorageTable> = [];
  readonly #keys: Array<string> = [];
  /** Undefined of what is to be removed. */
  readonly #values: Array<ValueBuffer | undefined> = [];
  readonly #starts: Array<number> = [];
  readonly #ends: Array<number> = [];
  #copies: ValueBuffer = Buffer.alloc(0);
  #used = 0;

  put(table: StorageTable, key: string, bytes: Buffer, start: number, end: number): void {
    const needed = end - start + checksumBytes;
    if (this.#used + needed > this.#copies.length) {
      this.#copies = Buffer.allocUnsafeSlow(Math.max(needed, this.#copies.length === 0 ? firstBytes : moreBytes));
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += needed;
    copyBytes(bytes, start, end, this.#copies, from);
    this.#ask(table, key, this.#copies, from, this.#used);
  }

  putInPlace(table: StorageTable, key: string, bytes: Buffer, start: number, end: number): void {
    // lmdb takes `start` as from the beginning of the memory that a buffer is a part of.
    if (bytes.byteOffset > 0) this.put(table, key, bytes, start, end);
    else this.#ask(table, key, bytes, start, end + checksumBytes);
  }

  remove(table: StorageTable, key: string): void {
    this.#ask(table, key, undefined, 0, 0);
  }

  #ask(table: StorageTable, key: string, value: ValueBuffer | undefined, start: number, end: number): void {
    this.#tables.push(table);
    this.#keys.push(key);
    this.#values.push(value);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Within a batch of lmdb's, which has what it needs then: whoever waits for the commit keeps no key alive until it comes. */
  handOver(tables: Tables): void {
    for (let i = 0; i < this.#tables.length; i += 1) {
      const name = this.#tables[i] as StorageTable;
      const key = this.#keys[i] as string;
      const value = this.#values[i];
      if (value === undefined) {
        void tables[name].remove(key);
        continue;
      }
      value.start = this.#starts[i] as number;
      value.end = this.#ends[i] as number;
      lookUp.table = name;
      stored = value;
      void tables[name].put(key, value);
    }
    for (const handedOver of [this.#tables, this.#keys, this.#values, this.#starts, this.#ends]) handedOver.length = 0;
  }
}

type OnDamage = (damage: StorageDamaged) => void;

const readerOf = (tables: Tables, onDamage: OnDamage, transaction?: Transaction): StorageReader => {
  const checked = (table: StorageTable, seed: number, record: Buffer): Buffer => {
    try {
      return checkedRecord(table, seed, record);
    } catch (error) {
      if (error instanceof StorageDamaged) onDamage(error);
      throw error;
    }
  };
  const getOptions = transaction === undefined ? undefined : { transaction };
  return {
    get: (table, key) => {
      lookUp.table = table;
      const record = tables[table].get(key, getOptions);
      return record === undefined ? undefined : checked(table, lookUp.seed, record);
    },
    scan: (table, range, visit) => {
      const reverse = range.reverse === true;
      const records = tables[table].getRange({
        // lmdb's reverse ranges include their start and exclude their end.
        ...(reverse ? { start: range.to, end: range.from, reverse, inclusiveEnd: true } : { start: range.from, end: range.to }),
        ...(transaction === undefined ? {} : { transaction }),
      });
      scanned.table = table;
      try {
        for (const { key, value } of records) {
          if (reverse && key === range.to) continue;
          if (visit(key, checked(table, scanned.seed, value)) === false) return;
          // Whoever visits may have scanned, too.
          scanned.table = table;
        }
      } finally {
        scanned.table = undefined;
      }
    },
  };
};

/**
 * A storage in one LMDB environment in the folder `path`, which is made where it is missing. Commits reach the disk in
 * the background; after a failure of the computer the last one that did is current again.
 *
 * `onClosed` is called once it was closed in order. Throws what LMDB says where the folder holds something else or can't be written.
 *
 * @category constructors
 */
export const openLmdbEnvironment = (path: string, onClosed: () => Promise<void> = () => Promise.resolve()): ProjectionStorage => {
  const root: RootDatabase<ValueBuffer, string> = open({
    path,
    maxDbs: storageTables.length + 1,
    // Writes are batches anyway, and lmdb leaves the promise of its own batches unhandled where a commit fails.
    eventTurnBatching: false,
  });
  const tables = Object.fromEntries(
    storageTables.map((name) => {
      const options = { name, keyEncoder, encoder };
      return [name, root.openDB<ValueBuffer, string>(options)];
    }),
  ) as { [T in StorageTable]: Table };
  const listeners = new Set<OnDamage>();
  const onDamage: OnDamage = (damage) => {
    for (const listener of listeners) listener(damage);
  };
  let last: Promise<unknown> = Promise.resolve();
  let hasFailed = false;
  const commit = async (fill: (writer: StorageWriter) => void): Promise<void> => {
    const collected = new CollectedWrite();
    fill(collected);
    requireDiskSpace(path, roomOfWrite);
    try {
      await root.batch(() => {
        collected.handOver(tables);
      });
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      throw await commitError(error);
    }
  };
  return {
    ...readerOf(tables, onDamage),
    onDamage: (listener) => {
      listeners.add(listener);
    },
    damaged: (what) => {
      const damage = new StorageDamaged(what);
      onDamage(damage);
      return damage;
    },
    write: (fill) => {
      const committed = commit(fill);
      last = committed.catch(() => undefined);
      return committed;
    },
    snapshot: () => {
      const transaction = root.useReadTransaction();
      return {
        ...readerOf(tables, onDamage, transaction),
        release: () => {
          transaction.done();
        },
      };
    },
    close: async () => {
      await last;
      // After a failed write lmdb would wait for its flush for ever: the file is closed when the process ends.
      if (hasFailed) return;
      await root.close();
      await onClosed();
    },
  };
};
