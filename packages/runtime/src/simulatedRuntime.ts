import type { CancelTimer, Runtime } from './Runtime.js';
import { seededRandom } from './seededRandom.js';
import { createTimerQueue, type QueuedTimer } from './TimerQueue.js';

/** Where a simulated world begins. @category model */
export interface SimulationOptions {
  /** Any integer. The same seed gives the same ids and numbers. */
  readonly seed: number;
  /** The wall-clock time it begins at, in milliseconds since the Unix epoch. Default 0. */
  readonly startAt?: number;
}

/**
 * A world whose time stands still until it is told to move, and whose timers run in one order that depends on
 * nothing but when they were set. What waits on real input or output (sockets, disks) is not part of it.
 *
 * @category model
 */
export interface SimulatedRuntime extends Runtime {
  /**
   * Moves both clocks on by so many milliseconds. Timers that come due run in order, each at its own time; between
   * two of them everything that only awaits promises runs to its end.
   */
  readonly advance: (milliseconds: number) => Promise<void>;
  /**
   * Moves on from timer to timer until no foreground timer and nothing deferred is left.
   * Rejects after `maxTimers` (default 100,000): something sets timers for ever.
   */
  readonly runUntilIdle: (maxTimers?: number) => Promise<void>;
  /** Runs what is deferred and what only awaits promises, without moving the clocks. */
  readonly settle: () => Promise<void>;
  /** Sets the wall clock forwards or backwards, as a correction of a server's clock does. The monotonic clock stays. */
  readonly stepWallClock: (milliseconds: number) => void;
  /** How many foreground timers wait. */
  readonly pendingTimers: () => number;
}

/** Lets every promise callback that can run, run. A real turn of the event loop comes after all of them. */
const drainMicrotasks = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Makes a world whose clock moves only when told, and whose randomness follows from a seed. @category interpreters */
export const simulatedRuntime = (options: SimulationOptions): SimulatedRuntime => {
  const timers = createTimerQueue();
  let monotonic = 0;
  let wallOffset = options.startAt ?? 0;
  let order = 0;
  let deferred: Array<() => void> = [];
  let moving = false;

  const setTimer = (callback: () => void, milliseconds: number, background: boolean): CancelTimer => {
    const delay = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
    const timer: QueuedTimer = { due: monotonic + delay, order: (order += 1), background, callback, cancelled: false };
    timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  };

  const settle = async (): Promise<void> => {
    await drainMicrotasks();
    while (deferred.length > 0) {
      const turn = deferred;
      deferred = [];
      for (const callback of turn) {
        callback();
        await drainMicrotasks();
      }
    }
  };

  const runTimersUntil = async (end: number): Promise<void> => {
    await settle();
    for (let next = timers.peek(); next !== undefined && next.due <= end; next = timers.peek()) {
      timers.pop();
      monotonic = Math.max(monotonic, next.due);
      next.callback();
      await settle();
    }
    monotonic = Math.max(monotonic, end);
  };

  const exclusively = async (move: () => Promise<void>): Promise<void> => {
    if (moving) throw new Error('The simulation is moving already: await the call that moves it.');
    moving = true;
    try {
      await move();
    } finally {
      moving = false;
    }
  };

  return {
    clock: { now: () => wallOffset + monotonic, monotonic: () => monotonic },
    timers: {
      setTimeout: (callback, milliseconds) => setTimer(callback, milliseconds, false),
      setBackgroundTimeout: (callback, milliseconds) => setTimer(callback, milliseconds, true),
      defer: (callback) => {
        deferred.push(callback);
      },
    },
    random: seededRandom(options.seed),
    advance: (milliseconds) => {
      if (!(milliseconds >= 0)) throw new RangeError(`Time can't be moved by ${milliseconds} milliseconds.`);
      return exclusively(() => runTimersUntil(monotonic + milliseconds));
    },
    runUntilIdle: (maxTimers = 100_000) =>
      exclusively(async () => {
        await settle();
        for (let run = 0; timers.foreground() > 0; run += 1) {
          if (run >= maxTimers) throw new Error(`Not idle after ${maxTimers} timers: something sets timers for ever.`);
          const next = timers.pop();
          if (next === undefined) break;
          monotonic = Math.max(monotonic, next.due);
          next.callback();
          await settle();
        }
      }),
    settle: () => exclusively(settle),
    stepWallClock: (milliseconds) => {
      wallOffset += milliseconds;
    },
    pendingTimers: timers.foreground,
  };
};
