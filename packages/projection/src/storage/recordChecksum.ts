import { viewChecksum } from '@account-data/runtime';
import { spareBytes, storageTables, type StorageTable } from './ProjectionStorage.js';
import { StorageDamaged } from './StorageProvider.js';

/** Behind each record, little endian: a checksum of its table, key and content. */
export const checksumBytes: typeof spareBytes = spareBytes;

const tableNumbers = Object.fromEntries(storageTables.map((table, number) => [table, number])) as { readonly [T in StorageTable]: number };

/** Gives views of buffers, and keeps the last one: lmdb has the same buffer for each key, and for each record. */
const lastView = (): ((bytes: Buffer) => DataView) => {
  let owner: Buffer = Buffer.alloc(0);
  let view = new DataView(owner.buffer);
  return (bytes) => {
    if (bytes !== owner) {
      owner = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset);
    }
    return view;
  };
};

const keyView = lastView();
const recordView = lastView();

/** A key's part of the checksums of a record, from its bytes. */
export const keySeed = (table: StorageTable, bytes: Buffer, start: number, end: number): number =>
  viewChecksum(keyView(bytes), start, end, tableNumbers[table]);

/** Writes the checksum of a record behind it. */
export const sealRecord = (seed: number, view: DataView, start: number, end: number): void => {
  view.setUint32(end, viewChecksum(view, start, end, seed), true);
};

/** lmdb's own read buffer, whose length it sets before each read. */
let readBuffer: Buffer | undefined;

const shortened = (record: Buffer, length: number): Buffer => {
  if (record !== readBuffer) {
    if (!Object.hasOwn(record, 'length')) return record.subarray(0, length);
    readBuffer = record;
  }
  (record as { length: number }).length = length;
  return record;
};

/**
 * An older record of a storage about itself: JSON to its last byte. It says of which format it is. That the last byte is
 * a brace is not enough: one checksum in 256 ends so, too.
 */
const isUncheckedMeta = (table: StorageTable, record: Buffer): boolean => {
  if (table !== 'meta' || record[record.length - 1] !== 0x7d) return false;
  try {
    JSON.parse(record.toString('utf8', 0, record.length));
    return true;
  } catch {
    return false;
  }
};

/** The record without its checksum. Throws {@link StorageDamaged} where that says something else. */
export const checkedRecord = (table: StorageTable, seed: number, record: Buffer): Buffer => {
  const length = record.length - checksumBytes;
  if (length >= 0) {
    const view = recordView(record);
    if (view.getUint32(length, true) === viewChecksum(view, 0, length, seed)) return shortened(record, length);
  }
  if (isUncheckedMeta(table, record)) return record;
  throw new StorageDamaged(`A record of the table ${table} of the projection's storage is not what was written`);
};
