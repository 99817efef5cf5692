import { checksum } from '@account-data/runtime';
import type { LogEntry } from './LogEntry.js';

/**
 * A record of the log: consecutive entries, stored under the position of the first one (its key).
 *
 *     byte 0       layout version (2)
 *     byte 1       flags; 1: positions are listed (a compaction left gaps), else they count up from the key
 *     byte 2       codec of the body; 0: none (the only one so far)
 *     bytes 4-7    how many entries (n), little-endian as all numbers here
 *     bytes 8-13   how many positions before the key hold nothing any more, up to the block before
 *     bytes 16-19  how long the body is without its codec
 *     bytes 20-23  checksum of the head: of the key, of bytes 0-19 and of the tables
 *     4 × n        where each entry's text ends, from the start of the body without its codec
 *     4 × n        the checksum of each entry, by its position: of its text and of the bracket or comma before it, of
 *                  the last one also of the bracket behind it
 *     6 × n        only with flag 1: each entry's distance from the key
 *     the rest     the body: the entries as one JSON array, in UTF-8
 *
 * So a block is parsed as a whole with one JSON.parse, and an entry of it without the others; one entry is checked
 * without the others, and what is missing between two blocks is known from the later one. Layout 1, which is read as
 * long as there is any of it, has n at 4, its tables (without checksums) from 8 on, and says nothing of what is before it.
 */
export type LogBlock = Buffer;

/** Which layouts there are. */
export type BlockLayout = 1 | 2;

const listedPositions = 1;
const plainCodec = 0;
const gapAt = 8;
const bodyBytesAt = 16;
const headSumAt = 20;
const headerBytes = { 1: 8, 2: 24 } as const;
const entryBytes = { 1: 4, 2: 8 } as const;
const distanceBytes = 6;

/** Entries and bytes a block holds at the most, unless a single entry is larger. */
export const maxBlockEntries = 256;
export const maxBlockBytes = 64 * 1024;

/** What is stored is not what was written. */
export class BlockDamaged extends Error {
  override readonly name = 'BlockDamaged';
}

const layoutOf = (block: LogBlock): BlockLayout => {
  const version = block[0];
  if (version === 1 || version === 2) return version;
  throw new BlockDamaged(`A block of the log has layout version ${version}, not 1 or 2.`);
};

export const entryCount = (block: LogBlock): number => block.readUInt32LE(4);

const hasListedPositions = (block: LogBlock): boolean => ((block[1] ?? 0) & listedPositions) !== 0;

const tablesAt = (block: LogBlock): number => (block[0] === 1 ? headerBytes[1] : headerBytes[2]);

const distancesAt = (block: LogBlock, count: number): number =>
  block[0] === 1 ? headerBytes[1] + count * entryBytes[1] : headerBytes[2] + count * entryBytes[2];

const bodyStart = (block: LogBlock, count: number): number =>
  distancesAt(block, count) + (hasListedPositions(block) ? count * distanceBytes : 0);

export const positionOfEntry = (block: LogBlock, key: number, index: number): number =>
  hasListedPositions(block)
    ? key + block.readUIntLE(distancesAt(block, entryCount(block)) + index * distanceBytes, distanceBytes)
    : key + index;

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

const entryEnd = (block: LogBlock, index: number): number => block.readUInt32LE(tablesAt(block) + index * 4);

/** Where the text of an entry begins in the block. */
export const entryStart = (block: LogBlock, count: number, index: number): number =>
  bodyStart(block, count) + (index === 0 ? 1 : entryEnd(block, index - 1) + 1);

/** A position as the start of a checksum: two positions have two. */
const seedOf = (position: number): number => (position % 0x1_0000_0000) ^ Math.imul(Math.floor(position / 0x1_0000_0000), 0x9e3779b1);

const headSum = (block: LogBlock, key: number, body: number): number =>
  checksum(block, headerBytes[2], body, checksum(block, 0, headSumAt, seedOf(key)));

const entrySum = (block: LogBlock, body: number, count: number, index: number, position: number): number => {
  const end = body + entryEnd(block, index) + (index === count - 1 ? 1 : 0);
  return checksum(block, body + (index === 0 ? 0 : entryEnd(block, index - 1)), end, seedOf(position));
};

/** Whether the ends of the entries come one after the other and the last one is where the block ends. */
const endsAreInOrder = (block: LogBlock, count: number): boolean => {
  let before = 0;
  for (let index = 0; index < count; index += 1) {
    const end = entryEnd(block, index);
    if (end <= before) return false;
    before = end;
  }
  return bodyStart(block, count) + before + 1 === block.length;
};

/**
 * Throws {@link BlockDamaged} where a block says of itself what was not written, or was written under another key. It comes
 * before anything else is asked of a block. Of layout 1 little can be told.
 */
export const checkHead = (block: LogBlock, key: number): void => {
  const layout = layoutOf(block);
  const count = block.length < headerBytes[layout] ? 0 : entryCount(block);
  const isWhole = count > 0 && headerBytes[layout] + count * entryBytes[layout] < block.length && bodyStart(block, count) < block.length;
  const isTrue =
    isWhole && (layout === 1 ? endsAreInOrder(block, count) : block.readUInt32LE(headSumAt) === headSum(block, key, bodyStart(block, count)));
  if (!isTrue) throw new BlockDamaged('The head of a block of the log is not what was written.');
  if (layout === 1) return;
  if (block[2] !== plainCodec) throw new Error(`A block of the log has codec ${block[2]}, which this version can't read. Install a newer version of the package.`);
  if (bodyStart(block, count) + block.readUInt32LE(bodyBytesAt) !== block.length) throw new BlockDamaged('A block of the log was cut off.');
};

/** The index of the first of these entries (the second index is exclusive) that is not what was written; -1 where all are. The head was checked. */
export const damagedEntry = (block: LogBlock, key: number, from: number, to: number): number => {
  if (block[0] === 1) return -1;
  const count = entryCount(block);
  const body = bodyStart(block, count);
  const sums = headerBytes[2] + count * 4;
  for (let index = from; index < to; index += 1) {
    if (block.readUInt32LE(sums + index * 4) !== entrySum(block, body, count, index, positionOfEntry(block, key, index))) return index;
  }
  return -1;
};

/** The JSON of one entry, which was checked. */
export const entryText = (block: LogBlock, index: number): string => {
  const count = entryCount(block);
  return block.toString('utf8', entryStart(block, count, index), bodyStart(block, count) + entryEnd(block, index));
};

export const parseEntry = (block: LogBlock, index: number): LogEntry => JSON.parse(entryText(block, index)) as LogEntry;

export const parseBlock = (block: LogBlock): ReadonlyArray<LogEntry> =>
  // lmdb's fast reads hand out a larger buffer whose `length` was overwritten: newer Nodes obey only an end that is named.
  JSON.parse(block.toString('utf8', bodyStart(block, entryCount(block)), block.length)) as ReadonlyArray<LogEntry>;

/** An entry that is what was written, with its position. */
export interface WholeEntry {
  readonly position: number;
  readonly text: string;
}

/**
 * The entries of a block whose head is not what was written, or that holds some that are not: each entry of layout 2 has a
 * checksum of its own, with its position.
 */
export const wholeEntries = (block: LogBlock, key: number): ReadonlyArray<WholeEntry> => {
  const found: Array<WholeEntry> = [];
  if (block.length < headerBytes[2] || block[0] !== 2 || block[2] !== plainCodec) return found;
  const count = entryCount(block);
  const body = bodyStart(block, count);
  if (body >= block.length) return found;
  for (let index = 0; index < count; index += 1) {
    const position = positionOfEntry(block, key, index);
    const start = index === 0 ? 0 : entryEnd(block, index - 1);
    const end = entryEnd(block, index);
    if (end <= start || body + end >= block.length) continue;
    if (damagedEntry(block, key, index, index + 1) < 0) found.push({ position, text: entryText(block, index) });
  }
  return found;
};

interface BlockContent {
  readonly key: number;
  readonly texts: ReadonlyArray<string>;
  readonly distances: ReadonlyArray<number> | undefined;
  readonly gap: number;
  readonly layout: BlockLayout;
}

const writeBlock = ({ key, texts, distances, gap, layout }: BlockContent): LogBlock => {
  const count = texts.length;
  const text = `[${texts.join(',')}]`;
  const bytes = Buffer.byteLength(text, 'utf8');
  const distancesStart = headerBytes[layout] + count * entryBytes[layout];
  const body = distancesStart + (distances === undefined ? 0 : count * distanceBytes);
  const block = Buffer.allocUnsafe(body + bytes);
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
  if (layout === 1) return block;
  const sums = headerBytes[2] + count * 4;
  for (let index = 0; index < count; index += 1) {
    block.writeUInt32LE(entrySum(block, body, count, index, key + (distances?.[index] ?? index)), sums + index * 4);
  }
  block.writeUIntLE(gap, gapAt, 6);
  block.writeUInt32LE(bytes, bodyBytesAt);
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
