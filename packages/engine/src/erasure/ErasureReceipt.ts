import type { UserId } from '@account-data/domain';
import type { AppendError, Position, ReadError } from '@account-data/event-store';

/** What one part of the system did about a user's data. @category model */
export interface ErasureStepReport {
  /** `streams`, `rooms`, `log`, `projection`, `redactions`, `modules`. */
  readonly step: string;
  /** What was removed, as a person reads it. Holds no account data. */
  readonly removed: ReadonlyArray<string>;
  /** What is left to do outside this program, as a person reads it. */
  readonly remains: ReadonlyArray<string>;
}

/** What an erasure removed and what remains. @category model */
export interface ErasureReceipt {
  readonly userId: UserId;
  readonly logId: string;
  /** When the erasure was recorded, in milliseconds since the Unix epoch. */
  readonly erasedAt: number;
  /** Of the event that records it. */
  readonly position: Position | null;
  readonly steps: ReadonlyArray<ErasureStepReport>;
  /** Always true: a user ID that was erased can't be used again. */
  readonly final: true;
}

/** One part of an erasure. It may be run again after it was cut off, or after it was done. @category model */
export interface ErasureStep {
  readonly step: string;
  /** What reaches outside ends when the signal says so, with what it did so far kept for the next run. */
  readonly run: (userId: UserId, signal?: AbortSignal) => Promise<Omit<ErasureStepReport, 'step'>>;
}

/** A part of an erasure failed. The erasure is recorded and goes on by itself, every minute and at the next start. @category errors */
export interface ErasureIncomplete {
  readonly _tag: 'ErasureIncomplete';
  readonly code: 'erasure_incomplete';
  readonly step: string;
  readonly message: string;
}

/** @category errors */
export type ErasureError = ErasureIncomplete | ReadError | AppendError;
