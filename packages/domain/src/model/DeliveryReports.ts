import type { Position, ReadFrom } from '../Position.js';
import type { Revision } from '../Revision.js';

/** A delivery that was put aside. Holds no content. @category model */
export interface ParkedDelivery {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly attempts: number;
  /** When, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly error: ParkedError;
}

/** An error with account data struck out. @category model */
export interface ParkedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/** What became of one parked change that was delivered again. @category model */
export interface RedriveResult {
  readonly eventId: string;
  /**
   * `gone`: the user was erased, or the log does not hold the event any more: there is nothing left to deliver, and it is
   * no longer parked. What can't be read by this version has `failed` and stays.
   */
  readonly outcome: 'handled' | 'failed' | 'gone';
  readonly error?: ParkedError;
}

/** How far a replay is: everything up to the position was delivered, counted from its beginning. @category model */
export interface ReplayProgress {
  readonly position: ReadFrom;
  readonly deliveries: number;
  readonly failures: number;
}

/** A replay that runs. @category model */
export interface RunningReplay extends ReplayProgress {
  /** Where it will end, inclusive. */
  readonly to: Position;
}
