import type { LogEntry } from './LogEntry.js';

/**
 * A record of the log: consecutive entries, stored under the position of the first one.
 *
 *     byte 0      layout version (1)
 *     byte 1      flags; 1: positions are listed (a compaction left gaps), else they count up from the key
 *     bytes 4-7   how many entries (n), little-endian as all numbers here
 *     4 × n       where each entry's text ends, from the start of the body
 *     6 × n       only with flag 1: each entry's distance from the key
 *     the rest    the body: the entries as one JSON array, in UTF-8
 *
 * So a block is parsed as a whole with one JSON.parse, and an entry of it without the others.
 */
export type LogBlock = Buffer;

const version = 1;
const listedPositions = 1;
const headerBytes = 8;

/** Entries and bytes a block holds at the most, unless a single entry is larger. */
export const maxBlockEntries = 256;
export const maxBlockBytes = 64 * 1024;

export const entryCount = (block: LogBlock): number => {
  if (block[0] !== version) throw new Error(`A block of the log has layout version ${block[0]}, not ${version}.`);
  return block.readUInt32LE(4);
};

const hasListedPositions = (block: LogBlock): boolean => ((block[1] ?? 0) & listedPositions) !== 0;

const bodyStart = (block: LogBlock, count: number): number =>
  headerBytes + count * (hasListedPositions(block) ? 10 : 4);

export const positionOfEntry = (block: LogBlock, key: number, index: number): number =>
  hasListedPositions(block)
    ? key + block.readUIntLE(headerBytes + block.readUInt32LE(4) * 4 + index * 6, 6)
    : key + index;

/** The position of the block's last entry. */
export const lastPosition = (block: LogBlock, key: number): number => positionOfEntry(block, key, entryCount(block) - 1);

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

const entryEnd = (block: LogBlock, index: number): number => block.readUInt32LE(headerBytes + index * 4);

/** Where the text of an entry begins in the block. */
export const entryStart = (block: LogBlock, count: number, index: number): number =>
  bodyStart(block, count) + (index === 0 ? 1 : entryEnd(block, index - 1) + 1);

/** The JSON of one entry. */
export const entryText = (block: LogBlock, index: number): string => {
  const count = entryCount(block);
  return block.toString('utf8', entryStart(block, count, index), bodyStart(block, count) + entryEnd(block, index));
};

export const parseEntry = (block: LogBlock, index: number): LogEntry => JSON.parse(entryText(block, index)) as LogEntry;

export const parseBlock = (block: LogBlock): ReadonlyArray<LogEntry> =>
  // lmdb's fast reads hand out a larger buffer whose `length` was overwritten: newer Nodes obey only an end that is named.
  JSON.parse(block.toString('utf8', bodyStart(block, entryCount(block)), block.length)) as ReadonlyArray<LogEntry>;

const concatenate = (texts: ReadonlyArray<string>, distances: ReadonlyArray<number> | undefined): LogBlock => {
  const count = texts.length;
  const body = `[${texts.join(',')}]`;
  const start = headerBytes + count * (distances === undefined ? 4 : 10);
  const bytes = Buffer.byteLength(body, 'utf8');
  const block = Buffer.allocUnsafe(start + bytes);
  block.writeUInt32LE(0, 0);
  block[0] = version;
  block[1] = distances === undefined ? 0 : listedPositions;
  block.writeUInt32LE(count, 4);
  const isAscii = bytes === body.length;
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const text = texts[index] ?? '';
    end += 1 + (isAscii ? text.length : Buffer.byteLength(text, 'utf8'));
    block.writeUInt32LE(end, headerBytes + index * 4);
    if (distances !== undefined) block.writeUIntLE(distances[index] ?? 0, headerBytes + count * 4 + index * 6, 6);
  }
  block.write(body, start, isAscii ? 'latin1' : 'utf8');
  return block;
};

/** A block of entries whose positions count up from its key. */
export const encodeBlock = (texts: ReadonlyArray<string>): LogBlock => concatenate(texts, undefined);

/** A block of entries at any ascending positions, to be stored under the first of them. */
export const encodeListedBlock = (texts: ReadonlyArray<string>, positions: ReadonlyArray<number>): LogBlock => {
  const key = positions[0] ?? 0;
  const gapless = positions.every((position, index) => position === key + index);
  return concatenate(texts, gapless ? undefined : positions.map((position) => position - key));
};
