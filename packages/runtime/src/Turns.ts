import type { Runtime } from './Runtime.js';

/** What one turn of the event loop does, at the most, of work that was asked for by many at once. @category model */
export interface TurnLimits {
  /** Bytes read or encoded. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * Shares the turns of the event loop among long pieces of work (answers, replays, comparisons), so that short ones never
 * wait long: whoever does such work does it in slices, asks before each, and says after each how much it was. All slices
 * of a turn together keep within the limits, but for the one that goes beyond them.
 *
 * @category model
 */
export interface Turns {
  /** Before a slice: undefined where it may be done at once, else resolved when it is its turn, in the order of asking. */
  readonly next: () => Promise<void> | undefined;
  /** After a slice: the bytes that were read or encoded, or work that takes as long as so many. */
  readonly spend: (bytes: number) => void;
}

/** Some 5 ms of reading, parsing and encoding. @category constants */
export const defaultTurnLimits: TurnLimits = { bytes: 256 * 1024, milliseconds: 10 };

/** Makes the turns of a process, with at most so many bytes and milliseconds of work in each. @category constructors */
export const makeTurns = (
  { clock, timers }: Pick<Runtime, 'clock' | 'timers'>,
  options: Partial<TurnLimits> & {
    /** Told at the end of each turn in which something was spent. */
    readonly onTurn?: (bytes: number) => void;
  } = {},
): Turns => {
  const { bytes: mostBytes, milliseconds, onTurn } = { ...defaultTurnLimits, ...options };
  const waiting: Array<() => void> = [];
  let spent = 0;
  let began = 0;
  /** Whether something was done in this turn, or somebody waits for the next. */
  let isCounting = false;
  /** Whether a slice has begun of which it is not known yet how much it is. */
  let isWorking = false;

  const count = (): void => {
    isCounting = true;
    began = clock.monotonic();
    timers.defer(end);
  };
  const end = (): void => {
    if (spent > 0) onTurn?.(spent);
    spent = 0;
    isCounting = false;
    isWorking = false;
    const wake = waiting.shift();
    if (wake === undefined) return;
    // One that waited has the turn to itself, until nobody waits any more.
    count();
    isWorking = true;
    wake();
  };
  return {
    next: () => {
      if (!isCounting) count();
      if (!isWorking && waiting.length === 0 && spent < mostBytes && clock.monotonic() - began < milliseconds) {
        isWorking = true;
        return undefined;
      }
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    spend: (bytes) => {
      spent += bytes;
      isWorking = false;
      if (!isCounting) count();
    },
  };
};
