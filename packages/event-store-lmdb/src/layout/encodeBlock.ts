import {
  bodyBytesAt,
  bodyStart,
  type BlockLayout,
  codecAt,
  codecs,
  distanceBytes,
  entryBytes,
  entryEnd,
  entrySum,
  gapAt,
  headerBytes,
  headSum,
  headSumAt,
  listedPositions,
  type LogBlock,
} from './blockTables.js';
import { maxPackedBytes, packEntries } from './packing.js';

/** Entries and bytes a block holds at the most, unless a single entry is larger. */
export const maxBlockEntries = 256;
export const maxBlockBytes = 64 * 1024;

interface BlockContent {
  readonly key: number;
  readonly texts: ReadonlyArray<string>;
  readonly distances: ReadonlyArray<number> | undefined;
  readonly gap: number;
  readonly layout: BlockLayout;
}

/** Memory for what is needed until a block is made, used again for the next one. */
const scratchMemory = (): ((bytes: number) => Buffer) => {
  let memory: Buffer = Buffer.alloc(0);
  return (bytes) => {
    if (memory.length < bytes) memory = Buffer.allocUnsafeSlow(Math.max(bytes, 4 * maxBlockBytes));
    return memory;
  };
};

/** A block with its entries as they are, and what these are packed into. */
const plainMemory = scratchMemory();
const packedMemory = scratchMemory();

/** A body that is hardly shorter is not packed. */
const worthwhile = 0.9;

/** The block with its entries packed, but for its checksums; nothing where that is not worth while. */
const packBlock = (plain: LogBlock, body: number, count: number): LogBlock | undefined => {
  const starts: Array<number> = [];
  const ends: Array<number> = [];
  for (let index = 0; index < count; index += 1) {
    starts.push(body + 1 + (index === 0 ? 0 : entryEnd(plain, index - 1)));
    ends.push(body + entryEnd(plain, index));
  }
  const bytes = plain.length - body;
  const packed = packedMemory(maxPackedBytes(bytes, count));
  const packedEnds = packEntries(plain, starts, ends, packed);
  const packedBytes = packedEnds.at(-1) ?? 0;
  if (packedBytes > bytes * worthwhile) return undefined;
  const block = Buffer.allocUnsafe(body + packedBytes);
  plain.copy(block, 0, 0, body);
  packed.copy(block, body, 0, packedBytes);
  block[codecAt] = codecs.packed;
  for (let index = 0; index < count; index += 1) block.writeUInt32LE(packedEnds[index] ?? 0, headerBytes[2] + index * 4);
  return block;
};

/** The block with neither codec nor checksums, in memory that the next one uses again. */
const plainBlockOf = ({ texts, distances, layout }: BlockContent): LogBlock => {
  const count = texts.length;
  const text = `[${texts.join(',')}]`;
  const bytes = Buffer.byteLength(text, 'utf8');
  const distancesStart = headerBytes[layout] + count * entryBytes[layout];
  const body = distancesStart + (distances === undefined ? 0 : count * distanceBytes);
  const block = plainMemory(body + bytes).subarray(0, body + bytes);
  block.fill(0, 0, headerBytes[layout]);
  block[0] = layout;
  block[1] = distances === undefined ? 0 : listedPositions;
  block.writeUInt32LE(count, 4);
  const isAscii = bytes === text.length;
  block.write(text, body, isAscii ? 'latin1' : 'utf8');
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = texts[index] ?? '';
    end += 1 + (isAscii ? entry.length : Buffer.byteLength(entry, 'utf8'));
    block.writeUInt32LE(end, headerBytes[layout] + index * 4);
    if (distances !== undefined) block.writeUIntLE(distances[index] ?? 0, distancesStart + index * distanceBytes, distanceBytes);
  }
  return block;
};

const writeBlock = (content: BlockContent): LogBlock => {
  const plain = plainBlockOf(content);
  const { key, texts, distances, gap, layout } = content;
  if (layout === 1) return Buffer.from(plain);
  const count = texts.length;
  const body = bodyStart(plain, count);
  const block = packBlock(plain, body, count) ?? Buffer.from(plain);
  const sums = headerBytes[2] + count * 4;
  for (let index = 0; index < count; index += 1) {
    block.writeUInt32LE(entrySum(block, body, count, index, key + (distances?.[index] ?? index)), sums + index * 4);
  }
  block.writeUIntLE(gap, gapAt, 6);
  block.writeUInt32LE(plain.length - body, bodyBytesAt);
  block.writeUInt32LE(headSum(block, key, body), headSumAt);
  return block;
};

/** A block of entries whose positions count up from its key. Before that, `gap` positions hold nothing. */
export const encodeBlock = (texts: ReadonlyArray<string>, key: number, gap = 0): LogBlock =>
  writeBlock({ key, texts, distances: undefined, gap, layout: 2 });

/** A block of entries at any ascending positions, to be stored under the first of them. */
export const encodeListedBlock = (
  texts: ReadonlyArray<string>,
  positions: ReadonlyArray<number>,
  gap: number,
  layout: BlockLayout,
): LogBlock => {
  const key = positions[0] ?? 0;
  const gapless = positions.every((position, index) => position === key + index);
  return writeBlock({ key, texts, distances: gapless ? undefined : positions.map((position) => position - key), gap, layout });
};
