import type { BlockFinder } from './BlockFinder.js';
import { bodyStart, entryCount, entryEnd, indexFrom, isPacked, lastPosition, type LogBlock, positionOfEntry } from './blockTables.js';
import type { KnownBlock, KnownBlocks } from './KnownBlocks.js';
import { entryStart, hasRoom, isDamaged } from './LogBlock.js';
import { type BlockUnpacker, blockUnpacker } from './unpackBlock.js';

/** The block that was read last. */
interface Entered {
  readonly block: LogBlock;
  readonly key: number;
  /** Absent where it was looked for, and its head checked, just now. */
  readonly known: KnownBlock | undefined;
  /** Absent where its entries are not packed. */
  readonly unpack: BlockUnpacker | undefined;
}

/**
 * Reads entries by their positions, one after the other, in any order: those of one block that come one after the other are read
 * from it in one go. For one row of reads, in which nothing else of the file is read, packed or unpacked.
 */
export class EntryReader {
  readonly #finder: BlockFinder;
  readonly #blocks: KnownBlocks;
  #entered: Entered | undefined;

  constructor(finder: BlockFinder, blocks: KnownBlocks) {
    this.#finder = finder;
    this.#blocks = blocks;
  }

  /** The JSON of the entry at a position, good until the next one is read; undefined where it was removed. Throws `StoreDamage`. */
  textAt(position: number): Buffer | undefined {
    if (position <= 0) return undefined;
    const entered = this.#holds(position) ? this.#entered : this.#enter(position);
    if (entered === undefined) {
      this.#finder.checkAbsence(position);
      return undefined;
    }
    const { block, key, unpack } = entered;
    const index = indexFrom(block, key, position);
    if (positionOfEntry(block, key, index) !== position) {
      if (entered.known !== undefined) this.#finder.check(block, key, key);
      return undefined;
    }
    this.#checkEntry(entered, index);
    const count = entryCount(block);
    if (unpack === undefined) return block.subarray(entryStart(block, count, index), bodyStart(block, count) + entryEnd(block, index));
    return this.#finder.parsing(position, position, () => {
      if (!unpack.isReady()) {
        const first = unpack.first();
        this.#blocks.add({ key, last: lastPosition(block, key), first });
        if (index === 0) return first;
      }
      return index === 0 ? unpack.first() : unpack.other(index);
    });
  }

  /** Whether the entry that was read last has one: one of layout 1 may be no JSON any more. */
  hasChecksum(): boolean {
    return this.#entered?.block[0] === 2;
  }

  #holds(position: number): boolean {
    if (this.#entered === undefined) return false;
    const { block, key } = this.#entered;
    return position >= key && position <= lastPosition(block, key);
  }

  /** Throws where an entry is damaged or, of a packed one, the first of its block that is still to be unpacked. */
  #checkEntry({ block, key, known, unpack }: Entered, index: number): void {
    const needsFirst = unpack !== undefined && !unpack.isReady() && index > 0;
    if (!isDamaged(block, key, index) && !(needsFirst && isDamaged(block, key, 0))) return;
    if (known !== undefined) this.#finder.check(block, key, key);
    throw this.#finder.damage(positionOfEntry(block, key, index), 0);
  }

  /** Reads the block that holds a position; undefined where none does. */
  #enter(position: number): Entered | undefined {
    this.#entered = this.#enterKnown(position) ?? this.#look(position);
    return this.#entered;
  }

  #enterKnown(position: number): Entered | undefined {
    const known = this.#blocks.at(position);
    if (known === undefined) return undefined;
    const block = this.#finder.fastBlock(known.key);
    if (block?.[0] === 2 && hasRoom(block, 2)) return { block, key: known.key, known, unpack: isPacked(block) ? blockUnpacker(block, known.first) : undefined };
    this.#blocks.forget(known);
    return undefined;
  }

  #look(position: number): Entered | undefined {
    const key = this.#finder.keyAt(position);
    const block = key > position ? undefined : this.#finder.fastBlock(key);
    if (block === undefined) return undefined;
    this.#finder.check(block, key, Math.min(key, position));
    const last = lastPosition(block, key);
    if (position > last) return undefined;
    const unpack = isPacked(block) ? blockUnpacker(block, undefined) : undefined;
    if (block[0] === 2 && unpack === undefined) this.#blocks.add({ key, last, first: undefined });
    return { block, key, known: undefined, unpack };
  }
}
