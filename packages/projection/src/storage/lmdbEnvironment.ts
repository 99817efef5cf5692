import { requireDiskSpace } from '@account-data/runtime';
import { open, type Database, type RootDatabase, type Transaction } from 'lmdb';
import { readUtf8, writeUtf8 } from '../records/bytes.js';
import {
  storageTables,
  type ProjectionStorage,
  type StorageReader,
  type StorageTable,
  type StorageWriter,
} from './ProjectionStorage.js';

/** A buffer whose part from `start` to `end` lmdb is to store: it reads these two, and so no view is made per record. */
interface ValueBuffer extends Buffer {
  start?: number;
  end?: number;
}

type Table = Database<ValueBuffer, string>;
type Tables = { readonly [T in StorageTable]: Table };

/** Keys are their UTF-8 bytes, in byte order. */
const keyEncoder = {
  writeKey: (key: string, target: Buffer, start: number): number => start + writeUtf8(target, key, start),
  readKey: (target: Buffer, start: number, end: number): string => readUtf8(target, start, end),
};

/** Values are bytes; a read hands out lmdb's own read buffer, which the next read overwrites. */
const encoder = {
  encode: (value: ValueBuffer): ValueBuffer => value,
  decode: (bytes: Buffer): Buffer => bytes,
  copyBuffers: true,
};

/** Most writes take less on the disk, in bytes. */
const roomOfWrite = 4 * 1024 * 1024;

/** lmdb puts the details of a failed commit into a second promise, which would go unhandled. */
const commitError = async (error: unknown): Promise<Error> => {
  const details: unknown = typeof error === 'object' && error !== null && 'commitError' in error ? error.commitError : undefined;
  const reason: unknown = details instanceof Promise ? await details.catch((cause: unknown) => cause) : error;
  return reason instanceof Error ? reason : new Error(`LMDB could not commit: ${String(reason)}`, { cause: error });
};

const readerOf = (tables: Tables, transaction?: Transaction): StorageReader => {
  const getOptions = transaction === undefined ? undefined : { transaction };
  return {
    get: (table, key) => tables[table].get(key, getOptions),
    scan: (table, range, visit) => {
      const reverse = range.reverse === true;
      const records = tables[table].getRange({
        // lmdb's reverse ranges include their start and exclude their end.
        ...(reverse ? { start: range.to, end: range.from, reverse, inclusiveEnd: true } : { start: range.from, end: range.to }),
        ...(transaction === undefined ? {} : { transaction }),
      });
      for (const { key, value } of records) {
        if (reverse && key === range.to) continue;
        if (visit(key, value) === false) return;
      }
    },
  };
};

/**
 * A storage in one LMDB environment in the folder `path`, which is made where it is missing. Commits reach the disk in
 * the background; after a failure of the computer the last one that did is current again.
 *
 * Throws what LMDB says where the folder holds something else or can't be written.
 *
 * @category constructors
 */
export const openLmdbEnvironment = (path: string): ProjectionStorage => {
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
  const writer: StorageWriter = {
    put: (table, key, bytes, start, end) => {
      const value: ValueBuffer = bytes;
      // lmdb counts from the start of the underlying memory.
      value.start = bytes.byteOffset + start;
      value.end = bytes.byteOffset + end;
      void tables[table].put(key, value);
    },
    remove: (table, key) => {
      void tables[table].remove(key);
    },
  };
  let last: Promise<unknown> = Promise.resolve();
  let hasFailed = false;
  const commit = async (fill: (writer: StorageWriter) => void): Promise<void> => {
    requireDiskSpace(path, roomOfWrite);
    try {
      await root.batch(() => {
        fill(writer);
      });
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      throw await commitError(error);
    }
  };
  return {
    ...readerOf(tables),
    write: (fill) => {
      const committed = commit(fill);
      last = committed.catch(() => undefined);
      return committed;
    },
    snapshot: () => {
      const transaction = root.useReadTransaction();
      return {
        ...readerOf(tables, transaction),
        release: () => {
          transaction.done();
        },
      };
    },
    close: async () => {
      await last;
      // After a failed write lmdb would wait for its flush for ever: the file is closed when the process ends.
      if (!hasFailed) await root.close();
    },
  };
};
