/**
 * What the index keeps of a stream, under its name in UTF-8:
 *
 *     byte 0       layout version (1)
 *     byte 1       flags; 1: tombstoned
 *     bytes 8-15   the revision of its last event, -1 if it has none (float 64, little-endian as all numbers here)
 *     bytes 16-23  maxCount, 0 for none (float 64)
 *     the rest     the positions of its last events, those of the last chunk (float 64 each)
 *
 * The positions of earlier events are in full chunks of {@link chunkSize}, each under the name, a zero byte and the
 * number of the chunk (big-endian), as float 64.
 */
export interface StreamRecord {
  readonly head: number;
  readonly tombstoned: boolean;
  readonly maxCount: number;
  readonly positions: ReadonlyArray<number>;
}

export const chunkSize = 256;

const version = 1;
const fixedBytes = 24;
const floatBytes = 8;

export const encodeStreamRecord = ({ head, tombstoned, maxCount, positions }: StreamRecord): Buffer => {
  const floats = new Float64Array(fixedBytes / floatBytes + positions.length);
  floats[1] = head;
  floats[2] = maxCount;
  floats.set(positions, fixedBytes / floatBytes);
  const record = Buffer.from(floats.buffer);
  record[0] = version;
  record[1] = tombstoned ? 1 : 0;
  return record;
};

/** A copy: lmdb's buffers need not begin where numbers may, nor end where their length says. */
const floatsOf = (bytes: Buffer): Float64Array => new Float64Array(Uint8Array.prototype.slice.call(bytes, 0, bytes.length).buffer);

export const decodeStreamRecord = (record: Buffer): StreamRecord => {
  if (record[0] !== version) throw new Error(`A stream of the index has layout version ${record[0]}, not ${version}.`);
  const floats = floatsOf(record);
  return {
    head: floats[1] ?? -1,
    tombstoned: record[1] === 1,
    maxCount: floats[2] ?? 0,
    positions: Array.from(floats.subarray(fixedBytes / floatBytes)),
  };
};

export const encodeChunk = (positions: ReadonlyArray<number>): Buffer => Buffer.from(Float64Array.from(positions).buffer);

export const decodeChunk = (chunk: Buffer): Array<number> => Array.from(floatsOf(chunk));

export const streamKey = (name: string): Buffer => Buffer.from(name, 'utf8');

export const chunkKey = (name: string, chunk: number): Buffer => {
  const length = Buffer.byteLength(name, 'utf8');
  const key = Buffer.alloc(length + 5);
  key.write(name, 0, 'utf8');
  key.writeUInt32BE(chunk, length + 1);
  return key;
};
