import type { Clock } from '@account-data/runtime';
import { median } from './median.js';
import type { ChangesWork, Measured } from './Program.js';

/**
 * Keeps so many operations in flight for some seconds: each is followed by the next one as soon as it is done.
 * Gives how long it took until the last one was done, in milliseconds.
 */
const keepInFlight = async (
  clock: Clock,
  inFlight: number,
  seconds: number,
  next: () => Promise<unknown>,
  onDone: (milliseconds: number) => void,
): Promise<number> => {
  const start = clock.monotonic();
  const end = start + seconds * 1000;
  const lane = async (): Promise<void> => {
    for (let before = clock.monotonic(); before < end; ) {
      await next();
      const after = clock.monotonic();
      onDone(after - before);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return clock.monotonic() - start;
};

/** Rounds of a change; its n is counted from 0 on over all of them, and never repeated. */
export const roundsOf = (
  clock: Clock,
  work: Pick<ChangesWork, 'inFlight' | 'measure'>,
  change: (n: number) => Promise<unknown>,
): ((seconds: number) => Promise<Measured>) => {
  let n = 0;
  return async (seconds) => {
    const durations: Array<number> = [];
    const elapsed = await keepInFlight(
      clock,
      work.inFlight,
      seconds,
      () => change(n++),
      (milliseconds) => durations.push(milliseconds),
    );
    return {
      operations: durations.length,
      value: work.measure === 'rate' ? (durations.length / elapsed) * 1000 : median(durations),
    };
  };
};

/**
 * Rounds of synchronous reads, in turns of a thousand each, because a store may renew its snapshot once a turn.
 * The value is reads a second.
 */
export const syncRoundsOf = (
  clock: Clock,
  nextTurn: () => Promise<void>,
  read: (n: number) => void,
): ((seconds: number) => Promise<Measured>) => {
  let n = 0;
  return async (seconds) => {
    const start = clock.monotonic();
    const end = start + seconds * 1000;
    const first = n;
    while (clock.monotonic() < end) {
      for (const until = n + 1000; n < until; n++) read(n);
      await nextTurn();
    }
    return { operations: n - first, value: ((n - first) / (clock.monotonic() - start)) * 1000 };
  };
};

/** Rounds of one operation at a time; the value is the median of their durations, in milliseconds. */
export const latencyRoundsOf = (
  clock: Clock,
  operation: (n: number) => Promise<unknown>,
): ((seconds: number) => Promise<Measured>) => roundsOf(clock, { inFlight: 1, measure: 'latency' }, operation);
