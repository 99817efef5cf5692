import type { RecordedEvent, Revision } from '@account-data/event-store';
import type { Attempt } from './Attempt.js';

/** A callback of the recording module. */
export interface Delivery {
  /** Which process it ran in: 1 for the first. */
  readonly process: number;
  readonly userId: string;
  readonly roomId: string | null;
  readonly type: string;
  readonly content: unknown;
  readonly revision: Revision;
  readonly eventId: string;
}

/** What the engine shows in the end. */
export interface ShownState {
  /** By user ID, room ID (or null) and type, as JSON. Deleted ones are left out. */
  readonly data: ReadonlyMap<string, unknown>;
  /** By user ID, room ID and tag, as JSON. */
  readonly tags: ReadonlyMap<string, unknown>;
}

/** All that a simulated run came to. */
export interface Report {
  readonly seed: number;
  readonly attempts: ReadonlyArray<Attempt>;
  /** Every event of account data and tags, in the order of the log. */
  readonly log: ReadonlyArray<RecordedEvent>;
  /** The texts in the audit room, in order. */
  readonly room: ReadonlyArray<string>;
  readonly deliveries: ReadonlyArray<Delivery>;
  readonly shown: ShownState;
  /** Reads that did not show what had just been answered. */
  readonly unreadWrites: ReadonlyArray<string>;
  readonly crashes: number;
  /** Whether modules had handled everything at the end. */
  readonly settled: boolean;
}
