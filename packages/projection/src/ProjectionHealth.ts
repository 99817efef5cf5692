import type { RebuildProgress, VerifyProgress } from '@account-data/domain';
import type { ReadFrom, SubscriptionHealth } from '@account-data/event-store';
import type { ProjectionFailure } from './errors.js';

export type { QuarantinedEvent, RebuildProgress, RebuildResult, ProjectionDifference, VerifyProgress, VerifyResult } from '@account-data/domain';

/** How a projection does, at this moment. @category model */
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
  /** Events of the log that reads have come to reflect since the start, those that it caught up with included. */
  readonly foldedEvents: number;
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
  /** While it is compared with a fresh replay. */
  readonly verification?: VerifyProgress;
}

/** Who is told how far a rebuild is, and what stops it; the next one goes on from there. @category model */
export interface RebuildOptions {
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
}

/** How a projection is compared with a fresh replay. @category model */
export interface VerifyOptions {
  /** How many differences to name. Default 100. */
  readonly limit?: number;
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal;
}
