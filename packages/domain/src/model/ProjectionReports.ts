import type { ReadFrom } from '../Position.js';

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

/** How far an operation is that reads the log, by its phases. @category model */
export interface OperationProgress<Phase extends string> {
  readonly phase: Phase;
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

/** How far a rebuild is. @category model */
export type RebuildProgress = OperationProgress<'erasures' | 'copying' | 'events' | 'catching-up' | 'swapping' | 'done'>;

/** How far a comparison with a fresh replay is: `target` is where the projection was when it began. @category model */
export type VerifyProgress = OperationProgress<'events' | 'comparing'>;

/** What a rebuild came to: a projection as of the position, from so many events. @category model */
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

/** What the comparison of the projection with a fresh replay came to. @category model */
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
