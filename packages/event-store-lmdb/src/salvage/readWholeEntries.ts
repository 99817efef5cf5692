import type { Environment } from '../layout/Environment.js';
import { answersFrom, BlockDamaged, entryCount, lastPosition, type LogBlock, positionOfEntry } from '../layout/blockTables.js';
import { checkHead, damagedEntry, entryText, type WholeEntry, wholeEntries } from '../layout/LogBlock.js';
import { StoreDamage } from '../layout/StoreDamage.js';
import type { LostPositions } from './LostPositions.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const hasWholeHead = (block: LogBlock, key: number): boolean => {
  try {
    checkHead(block, key);
    return true;
  } catch (cause) {
    if (cause instanceof BlockDamaged) return false;
    throw cause;
  }
};

/** What the file says where it is whole: the position that a compaction left the log to go on at. */
const nextOfCompaction = ({ meta }: Environment): number => {
  try {
    return meta.number('next') ?? 1;
  } catch (cause) {
    if (cause instanceof StoreDamage) return 1;
    throw cause;
  }
};

/**
 * The entries of a log that are what was written, block by block, in the order of their positions; what is not is added to
 * `lost`, but for what a compaction removed. Ends with the last position that the log gave out, as far as is known:
 * `acknowledged` is what its watermark says. Pages of LMDB that lead nowhere end the log.
 */
export function* readWholeEntries(environment: Environment, acknowledged: number, lost: LostPositions): Generator<ReadonlyArray<WholeEntry>, number, void> {
  /** Up to here all is read, lost or removed. */
  let accounted = 0;
  let isAfterDamage = false;
  const transaction = environment.root.useReadTransaction();

  const readDamaged = (block: LogBlock, key: number): ReadonlyArray<WholeEntry> => {
    const entries = wholeEntries(block, key).filter(({ position }, index, all) => position > accounted && position > (all[index - 1]?.position ?? 0));
    for (const { position } of entries) {
      lost.add(accounted + 1, position - 1);
      accounted = position;
    }
    isAfterDamage = true;
    return entries;
  };

  const readWhole = (block: LogBlock, key: number): ReadonlyArray<WholeEntry> => {
    lost.add(accounted + 1, (answersFrom(block, key) ?? (isAfterDamage ? key : accounted + 1)) - 1);
    const entries: Array<WholeEntry> = [];
    for (let index = 0; index < entryCount(block); index += 1) {
      const position = positionOfEntry(block, key, index);
      const text = damagedEntry(block, key, index, index + 1) < 0 ? entryText(block, index) : undefined;
      if (text === undefined || !isJson(text)) lost.add(position, position);
      else entries.push({ position, text });
    }
    accounted = lastPosition(block, key);
    isAfterDamage = false;
    return entries;
  };

  try {
    for (const { key, value: block } of environment.log.getRange({ transaction })) {
      const isWhole = typeof key === 'number' && key > accounted && hasWholeHead(block, key);
      yield isWhole ? readWhole(block, key) : readDamaged(block, key);
    }
  } catch (cause) {
    // lmdb's own errors have negative codes: a page that is not what it should be.
    if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'number' && cause.code < 0)) throw cause;
    isAfterDamage = true;
  } finally {
    transaction.done();
  }
  const next = nextOfCompaction(environment);
  const end = Math.max(accounted, acknowledged, next - 1);
  lost.add(isAfterDamage ? accounted + 1 : Math.max(accounted + 1, next), end);
  return end;
}
