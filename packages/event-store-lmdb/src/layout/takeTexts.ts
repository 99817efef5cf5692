import type { PositionedEvent, TextMemory } from '@account-data/event-store';
import { bodyStart, entryCount, entryEnd, isPacked, type LogBlock, plainBytes, positionOfEntry } from './blockTables.js';
import { createTextKeeper } from './keepTexts.js';
import { type BlockPart, entryStart } from './LogBlock.js';
import { unpackingBlock } from './unpackBlock.js';

/** Puts the texts of one read one behind the other into the memory that was lent for it. */
export interface TextTaker {
  /** Adds the events of a part of a block that match, up to the limit; gives the index after the last entry looked at. */
  readonly take: (events: Array<PositionedEvent>, limit: number, part: BlockPart) => number;
}

export interface TextTakerOptions {
  readonly memory: TextMemory;
  readonly hidden: ReadonlySet<string>;
  /** Whether an entry that begins at an index is in one of the streams that are wanted. */
  readonly matches: (bytes: Buffer, at: number) => boolean;
}

export const createTextTaker = ({ memory, hidden, matches }: TextTakerOptions): TextTaker => {
  const keeper = createTextKeeper(memory);

  return {
    take: (events, limit, { block, key, from, to }) => {
      const count = entryCount(block);
      keeper.reserve(plainBytes(block));
      const textOf = isPacked(block) ? unpackingBlock(block) : plainText(block, count);
      for (let index = from; index < to; index += 1) {
        if (events.length >= limit) return index;
        const text = textOf(index);
        if (!matches(text, 2)) continue;
        const event = keeper.keep(text, positionOfEntry(block, key, index));
        if (event !== undefined && (hidden.size === 0 || !hidden.has(event.stream))) events.push(event);
      }
      return to;
    },
  };
};

const plainText =
  (block: LogBlock, count: number) =>
  (index: number): Buffer =>
    block.subarray(entryStart(block, count, index), bodyStart(block, count) + entryEnd(block, index));
