import type { PositionedEvent, TextMemory } from '@account-data/event-store';
import { parsedEvent } from './LogEntry.js';
import { textEvent } from './TextEvent.js';

/** The texts of many entries of one read go into one piece of memory; what has got full is left to its events. */
const firstBytes = 256 * 1024;

/** Puts the texts of one read one behind the other into the memory that was lent for it. */
export interface TextKeeper {
  /** Sees to it that so many bytes more go into one piece. */
  readonly reserve: (bytes: number) => void;
  /** The event of an entry's JSON, which is copied; undefined where that is none. */
  readonly keep: (text: Buffer, position: number) => PositionedEvent | undefined;
}

export const createTextKeeper = (memory: TextMemory): TextKeeper => {
  let used = 0;

  const reserve = (bytes: number): void => {
    if (used + bytes <= memory.bytes.length) return;
    memory.bytes = Buffer.allocUnsafeSlow(Math.max(firstBytes, 2 * memory.bytes.length, bytes));
    used = 0;
  };

  return {
    reserve,
    keep: (text, position) => {
      reserve(text.length);
      const start = used;
      memory.bytes.set(text, used);
      used += text.length;
      return textEvent(memory.bytes, start, used, position) ?? parsedEvent(text, position);
    },
  };
};
