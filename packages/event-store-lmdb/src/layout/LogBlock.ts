import {
  bodyBytesAt,
  bodyStart,
  codecAt,
  codecs,
  BlockDamaged,
  type BlockLayout,
  entryBytes,
  entryCount,
  entryEnd,
  entrySum,
  headerBytes,
  headSum,
  headSumAt,
  isPacked,
  layoutOf,
  type LogBlock,
  positionOfEntry,
} from './blockTables.js';
import type { LogEntry } from './LogEntry.js';
import { plainBlock, unpackedText } from './unpackBlock.js';

/** Entries of a block that were found to be what was written, from an index to another (exclusive). */
export interface BlockPart {
  readonly block: LogBlock;
  readonly key: number;
  readonly from: number;
  readonly to: number;
}

/** Where the text of an entry begins in the block. */
export const entryStart = (block: LogBlock, count: number, index: number): number =>
  bodyStart(block, count) + (index === 0 ? 1 : entryEnd(block, index - 1) + 1);

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

/** Whether a block has room for the tables that its head speaks of: what it says can be read then, true or not. */
export const hasRoom = (block: LogBlock, layout: BlockLayout): boolean => {
  const count = block.length < headerBytes[layout] ? 0 : entryCount(block);
  return count > 0 && headerBytes[layout] + count * entryBytes[layout] < block.length && bodyStart(block, count) < block.length;
};

const isKnownCodec = (block: LogBlock): boolean => block[codecAt] === codecs.plain || block[codecAt] === codecs.packed;

/**
 * Throws {@link BlockDamaged} where a block says of itself what was not written, or was written under another key. It comes
 * before anything else is asked of a block. Of layout 1 little can be told.
 */
export const checkHead = (block: LogBlock, key: number): void => {
  const layout = layoutOf(block);
  const hasTables = hasRoom(block, layout);
  const count = hasTables ? entryCount(block) : 0;
  const isTrue =
    hasTables && (layout === 1 ? endsAreInOrder(block, count) : block.readUInt32LE(headSumAt) === headSum(block, key, bodyStart(block, count)));
  if (!isTrue) throw new BlockDamaged('The head of a block of the log is not what was written.');
  if (layout === 1) return;
  if (!isKnownCodec(block)) throw new Error(`A block of the log has codec ${block[codecAt]}, which this version can't read. Install a newer version of the package.`);
  const stored = isPacked(block) ? entryEnd(block, count - 1) : block.readUInt32LE(bodyBytesAt);
  if (bodyStart(block, count) + stored !== block.length) throw new BlockDamaged('A block of the log was cut off.');
};

/** Whether an entry of a block, which has room for what its head says, is not what was written. Of layout 1 that can't be told. */
export const isDamaged = (block: LogBlock, key: number, index: number): boolean => {
  if (block[0] === 1) return false;
  const count = entryCount(block);
  const body = bodyStart(block, count);
  return (
    // Where the head is damaged, its ends may be anywhere.
    body + entryEnd(block, index) > block.length ||
    block.readUInt32LE(headerBytes[2] + count * 4 + index * 4) !== entrySum(block, body, count, index, positionOfEntry(block, key, index))
  );
};

/**
 * The index of the first of these entries (the second index is exclusive) that is not what was written, or can't be unpacked
 * since the first one of the block is not; -1 where all are. The head was checked.
 */
export const damagedEntry = (block: LogBlock, key: number, from: number, to: number): number => {
  if (block[0] === 1) return -1;
  if (from > 0 && from < to && isPacked(block) && isDamaged(block, key, 0)) return from;
  for (let index = from; index < to; index += 1) {
    if (isDamaged(block, key, index)) return index;
  }
  return -1;
};

/** The JSON of one entry, which was checked. */
export const entryText = (block: LogBlock, index: number): string => {
  if (isPacked(block)) return unpackedText(block, index);
  const count = entryCount(block);
  return block.toString('utf8', entryStart(block, count, index), bodyStart(block, count) + entryEnd(block, index));
};

export const parseEntry = (block: LogBlock, index: number): LogEntry => JSON.parse(entryText(block, index)) as LogEntry;

export const parseBlock = (stored: LogBlock, from = 0, to = entryCount(stored)): ReadonlyArray<LogEntry> => {
  const block = plainBlock(stored, from, to);
  // lmdb's fast reads hand out a larger buffer whose `length` was overwritten: newer Nodes obey only an end that is named.
  return JSON.parse(block.toString('utf8', bodyStart(block, entryCount(block)), block.length)) as ReadonlyArray<LogEntry>;
};

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
  if (block.length < headerBytes[2] || block[0] !== 2 || !isKnownCodec(block)) return found;
  const count = entryCount(block);
  const body = bodyStart(block, count);
  if (body >= block.length) return found;
  for (let index = 0; index < count; index += 1) {
    const position = positionOfEntry(block, key, index);
    const start = index === 0 ? 0 : entryEnd(block, index - 1);
    const end = entryEnd(block, index);
    if (end <= start || body + end > block.length - (isPacked(block) ? 0 : 1)) continue;
    if (damagedEntry(block, key, index, index + 1) < 0) found.push({ position, text: entryText(block, index) });
  }
  return found;
};
