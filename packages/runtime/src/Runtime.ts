/**
 * The outside world a program depends on besides its stores: time, timers and randomness.
 * Nothing outside a composition root reads them any other way, so that the whole engine
 * can run under a simulated world (see `simulatedRuntime`).
 */

/** The time, of the wall and of durations. @category model */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. It may step back. */
  readonly now: () => number;
  /** Milliseconds since an arbitrary moment. It never steps back: use it for durations and expiry. */
  readonly monotonic: () => number;
}

/** Takes back a timer; does nothing once it has gone off. @category model */
export type CancelTimer = () => void;

/** Calls at a later time. @category model */
export interface Timers {
  /** Calls `callback` once after `milliseconds`; the returned function cancels it. The timer keeps the process alive. */
  readonly setTimeout: (callback: () => void, milliseconds: number) => CancelTimer;
  /** As `setTimeout`, but it does not keep the process alive. */
  readonly setBackgroundTimeout: (callback: () => void, milliseconds: number) => CancelTimer;
  /** Calls `callback` in a later turn of the event loop, after pending input and output was handled. */
  readonly defer: (callback: () => void) => void;
}

/** Randomness. @category model */
export interface Random {
  /** A random (version 4) UUID in lower case. */
  readonly uuid: () => string;
  /** A number from 0 (inclusive) to 1 (exclusive); not for secrets. */
  readonly number: () => number;
}

/** What code needs of the world besides its store and network, so that it can run in a simulated one. @category model */
export interface Runtime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}
