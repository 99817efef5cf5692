import { checksum } from '@account-data/runtime';

/**
 * What the index keeps of a stream, under its name in UTF-8:
 *
 *     byte 0       layout version (2)
 *     byte 1       flags; 1: tombstoned
 *     bytes 4-7    checksum of the name and of all else
 *     bytes 8-15   the revision of its last event, -1 if it has none (float 64, little-endian as all numbers here)
 *     bytes 16-23  maxCount, 0 for none (float 64)
 *     the rest     the positions of its last events, those of the last chunk (float 64 each)
 *
 * The positions of earlier events are in full chunks of {@link chunkSize}, each under the name, a zero byte and the
 * number of the chunk (big-endian): the layout version (4 bytes), the checksum of key and positions, four bytes of nothing
 * (so that no single bit of its length makes it one of layout 1), and the positions as float 64.
 *
 * Tombstones have a database of their own: under the stream's name the checksum of the name.
 *
 * In layout 1, which is read as long as there is any of it, there are no checksums: a chunk is its positions, a tombstone's
 * record empty.
 */
export interface StreamRecord {
  readonly head: number;
  readonly tombstoned: boolean;
  readonly maxCount: number;
  readonly positions: ReadonlyArray<number>;
}

export const chunkSize = 256;

const fixedBytes = 24;
const sumAt = 4;
const headAt = 8;
const maxCountAt = 16;
const floatBytes = 8;
const chunkHeadBytes = 12;
const chunkBytes = chunkSize * floatBytes;

/** A record of the index is not what was written. */
export class RecordDamaged extends Error {
  override readonly name = 'RecordDamaged';

  constructor(what: string) {
    super(`${what} of the index is not what was written.`);
  }
}

const keySum = (key: Buffer): number => checksum(key, 0, key.length, 0);

const recordSum = (key: Buffer, record: Buffer): number =>
  checksum(record, sumAt + 4, record.length, checksum(record, 0, sumAt, keySum(key)));

/**
 * In memory that is shared with others: as an `ArrayBuffer` of its own, each record would cost lmdb a look-up of its address, and
 * the garbage collector more than that.
 */
export const encodeStreamRecord = (key: Buffer, { head, tombstoned, maxCount, positions }: StreamRecord): Buffer => {
  const record = Buffer.allocUnsafe(fixedBytes + positions.length * floatBytes);
  record.fill(0, 0, headAt);
  record[0] = 2;
  record[1] = tombstoned ? 1 : 0;
  record.writeDoubleLE(head, headAt);
  record.writeDoubleLE(maxCount, maxCountAt);
  for (let index = 0; index < positions.length; index += 1) record.writeDoubleLE(positions[index] as number, fixedBytes + index * floatBytes);
  record.writeUInt32LE(recordSum(key, record), sumAt);
  return record;
};

/** A copy: lmdb's buffers need not begin where numbers may, nor end where their length says. */
const floatsOf = (bytes: Buffer): Float64Array => new Float64Array(Uint8Array.prototype.slice.call(bytes, 0, bytes.length).buffer);

/** Throws {@link RecordDamaged}. */
export const decodeStreamRecord = (key: Buffer, record: Buffer): StreamRecord => {
  const isWhole = record.length >= fixedBytes && record.length % floatBytes === 0;
  if (!isWhole || (record[0] !== 1 && record[0] !== 2)) throw new RecordDamaged('The record of a stream');
  if (record[0] === 2 && record.readUInt32LE(sumAt) !== recordSum(key, record)) throw new RecordDamaged('The record of a stream');
  const positions: Array<number> = [];
  for (let at = fixedBytes; at < record.length; at += floatBytes) positions.push(record.readDoubleLE(at));
  return { head: record.readDoubleLE(headAt), tombstoned: record[1] === 1, maxCount: record.readDoubleLE(maxCountAt), positions };
};

export const encodeChunk = (key: Buffer, positions: ReadonlyArray<number>): Buffer => {
  const chunk = Buffer.alloc(chunkHeadBytes + positions.length * floatBytes);
  chunk[0] = 2;
  Buffer.from(Float64Array.from(positions).buffer).copy(chunk, chunkHeadBytes);
  chunk.writeUInt32LE(recordSum(key, chunk), sumAt);
  return chunk;
};

/** Throws {@link RecordDamaged}. */
export const decodeChunk = (key: Buffer, chunk: Buffer): Array<number> => {
  if (chunk.length === chunkBytes) return Array.from(floatsOf(chunk));
  const isWhole = chunk.length === chunkHeadBytes + chunkBytes && chunk[0] === 2 && chunk.readUInt32LE(sumAt) === recordSum(key, chunk);
  if (!isWhole) throw new RecordDamaged('A chunk of positions');
  return Array.from(floatsOf(chunk.subarray(chunkHeadBytes, chunk.length)));
};

export const encodeTombstone = (key: Buffer): Buffer => {
  const record = Buffer.alloc(4);
  record.writeUInt32LE(keySum(key), 0);
  return record;
};

/** Throws {@link RecordDamaged}. */
export const checkTombstone = (key: Buffer, record: Buffer): void => {
  if (record.length === 0) return;
  if (record.length !== 4 || record.readUInt32LE(0) !== keySum(key)) throw new RecordDamaged('A tombstone');
};

export const streamKey = (name: string): Buffer => Buffer.from(name, 'utf8');

export const chunkKey = (name: string, chunk: number): Buffer => {
  const length = Buffer.byteLength(name, 'utf8');
  const key = Buffer.alloc(length + 5);
  key.write(name, 0, 'utf8');
  key.writeUInt32BE(chunk, length + 1);
  return key;
};
