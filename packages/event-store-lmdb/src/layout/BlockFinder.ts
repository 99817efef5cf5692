import type { Environment } from './Environment.js';
import { answersFrom, BlockDamaged, type LogBlock, positionOfEntry } from './blockTables.js';
import { checkHead, damagedEntry } from './LogBlock.js';
import { StoreDamage } from './StoreDamage.js';

/** Finds blocks of the log, and throws {@link StoreDamage} where what is found is not what was written, or is missing. */
export interface BlockFinder {
  /** The key of the block that holds a position, or of the last one before it; the position where there is none. */
  readonly keyAt: (position: number) => number;
  /** A block in lmdb's own buffer, which the next value that is read overwrites. */
  readonly fastBlock: (key: number) => LogBlock | undefined;
  readonly damage: (from: number, to: number) => StoreDamage;
  /** Throws where the head of a block is damaged: what may be lost with it is all from `from` up to the next block. */
  readonly check: (block: LogBlock, key: number, from: number) => void;
  /** Throws where one of the entries from an index to another (exclusive) is damaged. */
  readonly checkEntries: (block: LogBlock, key: number, from: number, to: number) => void;
  /** Throws where the log lacks a position that no compaction removed. */
  readonly checkAbsence: (position: number) => void;
  /** Text of layout 1, which has no checksum, may be no JSON any more: damage from a position to another. */
  readonly parsing: <A>(from: number, to: number, parse: () => A) => A;
  /** Where the log goes on that a compaction left: before that, what is not there was removed. */
  readonly nextOfCompaction: () => number;
}

export const createBlockFinder = ({ log, meta, file }: Pick<Environment, 'log' | 'meta' | 'file'>): BlockFinder => {
  const keyFrom = (position: number): number | undefined => {
    for (const key of log.getKeys({ start: position, limit: 1 })) return key;
    return undefined;
  };
  const damage: BlockFinder['damage'] = (from, to) => new StoreDamage(file, { from, to: Math.max(from, to) });
  const nextOfCompaction = (): number => meta.number('next') ?? 1;
  const fastBlock = (key: number): LogBlock | undefined => log.getBinaryFast(key);
  const check: BlockFinder['check'] = (block, key, from) => {
    try {
      checkHead(block, key);
    } catch (cause) {
      if (cause instanceof BlockDamaged) throw damage(from, (keyFrom(key + 1) ?? key + 1) - 1);
      throw cause;
    }
  };

  return {
    keyAt: (position) => {
      for (const key of log.getKeys({ start: position, reverse: true, limit: 1 })) return key;
      return position;
    },
    fastBlock,
    damage,
    check,
    checkEntries: (block, key, from, to) => {
      const index = damagedEntry(block, key, from, to);
      if (index >= 0) throw damage(positionOfEntry(block, key, index), 0);
    },
    checkAbsence: (position) => {
      const key = keyFrom(position);
      const block = key === undefined ? undefined : fastBlock(key);
      if (key === undefined || block === undefined) {
        if (position >= nextOfCompaction()) throw damage(position, position);
        return;
      }
      check(block, key, position);
      if (key <= position || (answersFrom(block, key) ?? position) > position) throw damage(position, key - 1);
    },
    parsing: (from, to, parse) => {
      try {
        return parse();
      } catch (cause) {
        if (cause instanceof SyntaxError || cause instanceof BlockDamaged) throw damage(from, to);
        throw cause;
      }
    },
    nextOfCompaction,
  };
};
