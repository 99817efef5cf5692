import { checksum } from '@account-data/runtime';
import { writeUtf8 } from '../records/bytes.js';
import { storageTables, type StorageTable } from './ProjectionStorage.js';
import { StorageDamaged } from './StorageProvider.js';

/** Behind each record, little endian: a checksum of its table, key and content. */
export const checksumBytes = 4;

const tableNumbers = Object.fromEntries(storageTables.map((table, number) => [table, number])) as { readonly [T in StorageTable]: number };
/** Keys take at most 1,900 bytes; a damaged one may be longer. */
const keyMemory = Buffer.allocUnsafeSlow(8_192);

/** A key's part of the checksums of a record, from its bytes. */
export const keySeed = (table: StorageTable, bytes: Buffer, start: number, end: number): number =>
  checksum(bytes, start, end, tableNumbers[table]);

/** The same from its text. */
export const keyTextSeed = (table: StorageTable, key: string): number => keySeed(table, keyMemory, 0, writeUtf8(keyMemory, key, 0));

/** Copies a record to `offset` of a buffer, and its checksum behind it; gives how many bytes both take. */
export const writeChecked = (seed: number, bytes: Buffer, start: number, end: number, target: Buffer, offset: number): number => {
  target.set(bytes.subarray(start, end), offset);
  const length = end - start;
  target.writeUInt32LE(checksum(target, offset, offset + length, seed), offset + length);
  return length + checksumBytes;
};

const shortened = (record: Buffer, length: number): Buffer => {
  // lmdb's own read buffer, whose length it sets before each read.
  if (!Object.hasOwn(record, 'length')) return record.subarray(0, length);
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
    const stored = record.readUInt32LE(length);
    if (stored === checksum(record, 0, length, seed)) return shortened(record, length);
  }
  if (isUncheckedMeta(table, record)) return record;
  throw new StorageDamaged(`A record of the table ${table} of the projection's storage is not what was written`);
};
