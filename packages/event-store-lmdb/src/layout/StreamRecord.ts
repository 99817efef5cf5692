/**
 * What the index keeps of a stream, under its name in UTF-8:
 *
 *     byte 0       layout version (1)
 *     byte 1       flags; 1: tombstoned
 *     bytes 2-3    how many positions follow (n), little-endian as all numbers here
 *     bytes 4-11   the revision of its last event, -1 if it has none (float 64)
 *     bytes 12-19  maxCount, 0 for none (float 64)
 *     6 × n        the positions of its last n events, those of the last chunk
 *
 * The positions of earlier events are in full chunks of {@link chunkSize}, each under the name, a zero byte and the
 * number of the chunk (big-endian), 6 bytes a position.
 */
export interface StreamRecord {
  readonly head: number;
  readonly tombstoned: boolean;
  readonly maxCount: number;
  readonly positions: ReadonlyArray<number>;
}

export const chunkSize = 256;

const version = 1;
const fixedBytes = 20;

const writePositions = (target: Buffer, offset: number, positions: ReadonlyArray<number>): void => {
  for (let index = 0; index < positions.length; index += 1) {
    target.writeUIntLE(positions[index] ?? 0, offset + index * 6, 6);
  }
};

const readPositions = (source: Buffer, offset: number, count: number): Array<number> => {
  const positions = new Array<number>(count);
  for (let index = 0; index < count; index += 1) positions[index] = source.readUIntLE(offset + index * 6, 6);
  return positions;
};

export const encodeStreamRecord = ({ head, tombstoned, maxCount, positions }: StreamRecord): Buffer => {
  const record = Buffer.allocUnsafe(fixedBytes + positions.length * 6);
  record[0] = version;
  record[1] = tombstoned ? 1 : 0;
  record.writeUInt16LE(positions.length, 2);
  record.writeDoubleLE(head, 4);
  record.writeDoubleLE(maxCount, 12);
  writePositions(record, fixedBytes, positions);
  return record;
};

export const decodeStreamRecord = (record: Buffer): StreamRecord => {
  if (record[0] !== version) throw new Error(`A stream of the index has layout version ${record[0]}, not ${version}.`);
  return {
    head: record.readDoubleLE(4),
    tombstoned: record[1] === 1,
    maxCount: record.readDoubleLE(12),
    positions: readPositions(record, fixedBytes, record.readUInt16LE(2)),
  };
};

export const encodeChunk = (positions: ReadonlyArray<number>): Buffer => {
  const chunk = Buffer.allocUnsafe(positions.length * 6);
  writePositions(chunk, 0, positions);
  return chunk;
};

export const decodeChunk = (chunk: Buffer): Array<number> => readPositions(chunk, 0, chunk.length / 6);

export const streamKey = (name: string): Buffer => Buffer.from(name, 'utf8');

export const chunkKey = (name: string, chunk: number): Buffer => {
  const length = Buffer.byteLength(name, 'utf8');
  const key = Buffer.alloc(length + 5);
  key.write(name, 0, 'utf8');
  key.writeUInt32BE(chunk, length + 1);
  return key;
};
