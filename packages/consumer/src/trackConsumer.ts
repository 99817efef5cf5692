import { type Runtime, systemRuntime } from '@account-data/runtime';
import type { HandledBatch } from './consume.js';
import type { Checkpoint } from './FeedSource.js';

/** How a consumer is doing. Durations in milliseconds. @category model */
export interface ConsumerStatus {
  /** A decimal string; null before the first checkpoint of this process. */
  readonly position: string | null;
  /** Handled by this process. */
  readonly items: number;
  readonly transactions: number;
  readonly failures: number;
  /** How long after the log recorded it the last item was kept here. Null before the first. */
  readonly lag: number | null;
  /** Since when feed or database fail without a success in between; 0 where they don't. */
  readonly failingFor: number;
}

/** Hand its callbacks to `consume`, and read its status whenever metrics are asked for. @category model */
export interface ConsumerTracker {
  readonly onCheckpoint: (checkpoint: Checkpoint, batch: HandledBatch) => void;
  readonly onFailure: (error: unknown) => void;
  readonly status: () => ConsumerStatus;
}

/**
 * Counts what a consumer does: `consume({ …, ...tracker })`. Its numbers are for the gauges and counters of the program's own
 * metrics; an alert belongs on `lag` and `failingFor`.
 *
 * @category constructors
 */
export const trackConsumer = (runtime: Pick<Runtime, 'clock'> = systemRuntime): ConsumerTracker => {
  let state: Omit<ConsumerStatus, 'failingFor'> = { position: null, items: 0, transactions: 0, failures: 0, lag: null };
  let failsSince: number | undefined;
  return {
    onCheckpoint: ({ position }, { items, time }) => {
      failsSince = undefined;
      state = {
        ...state,
        position,
        items: state.items + items,
        transactions: state.transactions + 1,
        lag: time === undefined ? state.lag : Math.max(0, runtime.clock.now() - time),
      };
    },
    onFailure: () => {
      failsSince ??= runtime.clock.monotonic();
      state = { ...state, failures: state.failures + 1 };
    },
    status: () => ({ ...state, failingFor: failsSince === undefined ? 0 : runtime.clock.monotonic() - failsSince }),
  };
};
