import type { Position } from '../Position.js';
import type { UserId } from '../UserId.js';

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

/** How far an erasure is that is being carried out. @category model */
export interface ErasureProgress {
  readonly userId: UserId;
  /** The step that runs, as the receipt will name it. */
  readonly step: string;
  readonly stepsDone: number;
  /** Steps in all. */
  readonly steps: number;
  /** In this step, how many streams or messages are removed; absent where it counts none, as `toRemove` then is. */
  readonly removed?: number;
  readonly toRemove?: number;
}
