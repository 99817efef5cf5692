import { checksum } from '@account-data/runtime';

/**
 * A record of the log: consecutive entries, stored under the position of the first one (its key).
 *
 *     byte 0       layout version (2)
 *     byte 1       flags; 1: positions are listed (a compaction left gaps), else they count up from the key
 *     byte 2       codec of the body; 0: none, 1: each entry is packed (see `packing.ts`)
 *     bytes 4-7    how many entries (n), little-endian as all numbers here
 *     bytes 8-13   how many positions before the key hold nothing any more, up to the block before
 *     bytes 16-19  how long the body is without its codec
 *     bytes 20-23  checksum of the head: of the key, of bytes 0-19 and of the tables
 *     4 × n        where each entry's text ends, from the start of the body; with codec 1, where what it is packed into ends
 *     4 × n        the checksum of each entry, by its position: of its text and of the bracket or comma before it, of
 *                  the last one also of the bracket behind it; with codec 1, of what it is packed into
 *     6 × n        only with flag 1: each entry's distance from the key
 *     the rest     the body: the entries as one JSON array, in UTF-8; with codec 1, what they are packed into, without
 *                  brackets and commas
 *
 * So a block is parsed as a whole with one JSON.parse, and an entry of it without the others; one entry is checked
 * without the others (but for the first one, which is needed to unpack them), and what is missing between two blocks is
 * known from the later one. Layout 1, which is read as
 * long as there is any of it, has n at 4, its tables (without checksums) from 8 on, and says nothing of what is before it.
 */
export type LogBlock = Buffer;

/** Which layouts there are. */
export type BlockLayout = 1 | 2;

export const listedPositions = 1;
/** How the body is stored. */
export const codecs = { plain: 0, packed: 1 } as const;
export const codecAt = 2;
export const gapAt = 8;
export const bodyBytesAt = 16;
export const headSumAt = 20;
export const headerBytes = { 1: 8, 2: 24 } as const;
export const entryBytes = { 1: 4, 2: 8 } as const;
export const distanceBytes = 6;

/** What is stored is not what was written. */
export class BlockDamaged extends Error {
  override readonly name = 'BlockDamaged';
}

export const layoutOf = (block: LogBlock): BlockLayout => {
  const version = block[0];
  if (version === 1 || version === 2) return version;
  throw new BlockDamaged(`A block of the log has layout version ${version}, not 1 or 2.`);
};

export const entryCount = (block: LogBlock): number => block.readUInt32LE(4);

export const hasListedPositions = (block: LogBlock): boolean => ((block[1] ?? 0) & listedPositions) !== 0;

export const tablesAt = (block: LogBlock): number => (block[0] === 1 ? headerBytes[1] : headerBytes[2]);

const distancesAt = (block: LogBlock, count: number): number =>
  block[0] === 1 ? headerBytes[1] + count * entryBytes[1] : headerBytes[2] + count * entryBytes[2];

export const bodyStart = (block: LogBlock, count: number): number =>
  distancesAt(block, count) + (hasListedPositions(block) ? count * distanceBytes : 0);

export const positionOfEntry = (block: LogBlock, key: number, index: number): number =>
  hasListedPositions(block)
    ? key + block.readUIntLE(distancesAt(block, entryCount(block)) + index * distanceBytes, distanceBytes)
    : key + index;

/** Whether each entry is packed. */
export const isPacked = (block: LogBlock): boolean => block[0] === 2 && block[codecAt] === codecs.packed;

/** How long the entries of a block are as one JSON array, in bytes. */
export const plainBytes = (block: LogBlock): number => (isPacked(block) ? block.readUInt32LE(bodyBytesAt) : block.length);

/** The position of the block's last entry. */
export const lastPosition = (block: LogBlock, key: number): number => positionOfEntry(block, key, entryCount(block) - 1);

/** The first position the block answers for: from there to its key nothing stands. Unknown of a block of layout 1. */
export const answersFrom = (block: LogBlock, key: number): number | undefined =>
  block[0] === 1 ? undefined : key - block.readUIntLE(gapAt, 6);

/** The index of the first entry at or after a position; the number of entries where there is none. */
export const indexFrom = (block: LogBlock, key: number, position: number): number => {
  const count = entryCount(block);
  if (!hasListedPositions(block)) return Math.min(count, Math.max(0, position - key));
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positionOfEntry(block, key, middle) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Where an entry ends in the body. */
export const entryEnd = (block: LogBlock, index: number): number => block.readUInt32LE(tablesAt(block) + index * 4);

/** A position as the start of a checksum: two positions have two. */
const seedOf = (position: number): number => (position % 0x1_0000_0000) ^ Math.imul(Math.floor(position / 0x1_0000_0000), 0x9e3779b1);

export const headSum = (block: LogBlock, key: number, body: number): number =>
  checksum(block, headerBytes[2], body, checksum(block, 0, headSumAt, seedOf(key)));

/** What is packed is not taken for text where the head is damaged, nor text for what is packed. */
const packedSeed = 0x2c1b3c6d;

/** The checksum of an entry at a position. */
export const entrySum = (block: LogBlock, body: number, count: number, index: number, position: number): number => {
  const end = body + entryEnd(block, index) + (index === count - 1 && !isPacked(block) ? 1 : 0);
  const seed = seedOf(position) ^ (isPacked(block) ? packedSeed : 0);
  return checksum(block, body + (index === 0 ? 0 : entryEnd(block, index - 1)), end, seed);
};
