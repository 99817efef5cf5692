import type { ErasureStepReport, UserId } from '@account-data/domain';
import type { AppendError, ReadError } from '@account-data/event-store';

export type { ErasureProgress, ErasureStepReport, ErasureReceipt } from '@account-data/domain';

/** Is told how much of what it has to remove a step has removed. @category model */
export type TellRemoved = (removed: number, toRemove: number) => void;

/** One part of an erasure. It may be run again after it was cut off, or after it was done. @category model */
export interface ErasureStep {
  readonly step: string;
  /** What reaches outside ends when the signal says so, with what it did so far kept for the next run. */
  readonly run: (userId: UserId, signal?: AbortSignal, tell?: TellRemoved) => Promise<Omit<ErasureStepReport, 'step'>>;
}

/** A part of an erasure failed. The erasure is recorded and goes on by itself, every minute and at the next start. @category errors */
export interface ErasureIncomplete {
  readonly _tag: 'ErasureIncomplete';
  readonly code: 'erasure_incomplete';
  readonly step: string;
  readonly message: string;
}

/** Why an erasure is not through. One that is recorded (`ErasureIncomplete`) goes on by itself; else ask again. @category errors */
export type ErasureError = ErasureIncomplete | ReadError | AppendError;
