import { Buffer } from 'node:buffer';

/** What is remembered of a block of the log, whose head was found to be what was written. Blocks never change. */
export interface KnownBlock {
  readonly key: number;
  /** The position of its last entry. */
  readonly last: number;
  /** Its first entry, of a packed one: without it the others can't be unpacked. Absent where it is long. */
  readonly first: Buffer | undefined;
}

/** So many of them: with their first entries at most 10 MB, mostly 2. */
const mostBlocks = 4_096;
const longestFirst = 2_048;

/**
 * The blocks that were read last, for reads of single entries: one that is known need be neither looked for nor checked again, and
 * its first entry not unpacked.
 */
export interface KnownBlocks {
  /** The one that holds a position. */
  readonly at: (position: number) => KnownBlock | undefined;
  /** `first`, if any, is copied. */
  readonly add: (block: KnownBlock) => void;
  readonly forget: (block: KnownBlock) => void;
}

export const createKnownBlocks = (): KnownBlocks => {
  /** In the order of their keys. */
  let known: Array<KnownBlock> = [];

  /** How many begin at a position or before it. */
  const countUpTo = (position: number): number => {
    let low = 0;
    let high = known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((known[middle] as KnownBlock).key <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    at: (position) => {
      const block = known[countUpTo(position) - 1];
      return block !== undefined && position <= block.last ? block : undefined;
    },
    add: ({ key, last, first }) => {
      if (known.length >= mostBlocks) known = [];
      const index = countUpTo(key);
      const isThere = known[index - 1]?.key === key;
      known.splice(isThere ? index - 1 : index, isThere ? 1 : 0, {
        key,
        last,
        first: first === undefined || first.length > longestFirst ? undefined : Buffer.from(first),
      });
    },
    forget: ({ key }) => {
      const index = countUpTo(key) - 1;
      if (known[index]?.key === key) known.splice(index, 1);
    },
  };
};
