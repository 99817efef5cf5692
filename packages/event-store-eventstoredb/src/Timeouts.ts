import type { Backoff } from '@account-data/runtime';

/** How long the store waits for what. All in milliseconds. @category model */
export interface Timeouts {
  /** For one answer of the server, also the first one of a subscription. Default 5,000. */
  readonly attempt: number;
  /** For an append, a tombstone or stream metadata, all attempts together; then its outcome is unknown. Default 20,000. */
  readonly append: number;
  /** For a read, all attempts together. Default 15,000. */
  readonly read: number;
  /** A subscription that catches up and hears nothing for so long is cut and begins again. Default 30,000. */
  readonly catchUpSilence: number;
  /** A live subscription that hears nothing for so long asks its node whether it is still there, and the leader. Default 15,000. */
  readonly liveSilence: number;
  /**
   * A log that ends before the position to go on after for so long was put back from a backup, or is another; until then it
   * may be that of a node that lags behind the others. Default 30,000.
   */
  readonly behind: number;
  /** Between attempts of an append or a read. Default from 50 to 1,000. */
  readonly retry: Backoff;
  /**
   * Between attempts of a subscription to come back. Default from 100 to 2,000: whoever awaits the projection waits as long
   * once the server is back.
   */
  readonly resubscribe: Backoff;
}

/** What holds where nothing is given, in milliseconds. @category constructors */
export const defaultTimeouts: Timeouts = {
  attempt: 5_000,
  append: 20_000,
  read: 15_000,
  catchUpSilence: 30_000,
  liveSilence: 15_000,
  behind: 30_000,
  retry: { first: 50, longest: 1_000 },
  resubscribe: { first: 100, longest: 2_000 },
};

/**
 * Milliseconds that a node must have had at the least before its silence counts: half the time of an attempt. The other
 * half may have gone into finding it; and what is left of a call's whole time may be too short for any node.
 *
 * @category destructors
 */
export const patience = ({ attempt }: Timeouts): number => attempt / 2;
