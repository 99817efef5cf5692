import type { ReadFrom, SubscriptionHealth } from '@account-data/event-store';
import type { ProjectionFailure } from './errors.js';

/** An event of ours that can't be read: stored aside with what was expected of it, never with its content. @category model */
export interface QuarantinedEvent {
  /** Decimal strings. */
  readonly position: string;
  readonly revision: string;
  readonly stream: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Where in the event, and what was expected there. */
  readonly path: string;
  readonly expected: string;
}

/** @category model */
export interface ProjectionHealth {
  /** True once everything that was in the log at the start is shown, and while nothing has failed. */
  readonly ready: boolean;
  /** Reads reflect the log up to here (inclusive). */
  readonly position: ReadFrom;
  /** What is written to storage reflects the log up to here: a restart goes on from it. */
  readonly writtenPosition: ReadFrom;
  /** Events read and not yet written. */
  readonly unwrittenEvents: number;
  readonly subscription: SubscriptionHealth;
  /** Milliseconds since it lost the log, until it has caught up again; absent while it has it. */
  readonly cutOffFor?: number;
  /** Milliseconds from the writing of the last event it read, by the store's clock, to its reading; absent before the first. */
  readonly delay?: number;
  /** How many events are in quarantine. */
  readonly quarantined: number;
  /** Events of types that are not ours, found under our stream prefixes and left alone since the start. */
  readonly foreignEvents: number;
  /** Gaps in streams that the event store confirmed (truncated, scavenged), accepted since the start. */
  readonly acceptedGaps: number;
  readonly failed?: ProjectionFailure;
  /** Why storage takes no writes at the moment. Reads go on; writing is tried again. */
  readonly storageFailure?: string;
  readonly rebuild?: RebuildProgress;
}

/** @category model */
export interface RebuildProgress {
  readonly phase: 'erasures' | 'copying' | 'events' | 'catching-up' | 'swapping' | 'done';
  /** Events handled by this run, and by the runs before that it went on from. */
  readonly events: number;
  /** Events a second of this run. */
  readonly rate: number;
  readonly position: ReadFrom;
  /** The head of the log when this run began. */
  readonly target: ReadFrom;
  /** An estimate from the positions, 0 to 1. */
  readonly fraction: number;
  /** An estimate in milliseconds; absent while there is nothing to estimate from. */
  readonly remaining?: number;
}

/** @category model */
export interface RebuildOptions {
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
}

/** @category model */
export interface RebuildResult {
  readonly events: number;
  readonly position: ReadFrom;
  /** Milliseconds. */
  readonly duration: number;
  /** Whether it went on from an earlier rebuild that had not ended. */
  readonly resumed: boolean;
}

/** One place where the live projection and a fresh replay of the log differ. Holds no content. @category model */
export interface ProjectionDifference {
  readonly table: string;
  readonly key: string;
  readonly kind: 'missing' | 'unexpected' | 'different';
}

/** @category model */
export interface VerifyResult {
  readonly equal: boolean;
  /** Both were compared as they were after this position. */
  readonly position: ReadFrom;
  readonly events: number;
  /** How many records were compared. */
  readonly records: number;
  readonly differenceCount: number;
  /** The first of them, as many as asked for. */
  readonly differences: ReadonlyArray<ProjectionDifference>;
}

/** @category model */
export interface VerifyOptions {
  /** How many differences to name. Default 100. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}
