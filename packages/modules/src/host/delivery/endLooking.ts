import type { Runtime } from '@account-data/runtime';
import type { Suspects } from './Suspects.js';

/** When deliveries need not take turns any more. @category model */
export interface LookingOptions {
  readonly runtime: Runtime;
  /** So many deliveries at most may have been running, or not written down, at the death. */
  readonly maxTurns: number;
  /** Whether everything is through, once, that may have been running at the death. */
  readonly isThrough: () => Promise<boolean>;
  readonly isClosed: () => boolean;
  readonly onEnded: () => void;
  readonly onFailed: (reason: unknown) => void;
}

/** Milliseconds between two looks. */
const lookEvery = 20;

/** Lets deliveries go side by side again when everything is through that may have been running at the death of a process. */
export const endLooking = (suspects: Suspects, options: LookingOptions): void => {
  const { runtime, maxTurns, isThrough, isClosed, onEnded, onFailed } = options;
  const look = async (): Promise<void> => {
    const isDone = suspects.taken >= maxTurns || (await isThrough());
    if (isClosed()) return;
    if (!isDone) {
      runtime.timers.setBackgroundTimeout(again, lookEvery);
      return;
    }
    await suspects.endLooking();
    onEnded();
  };
  const again = (): void => {
    look().catch(onFailed);
  };
  again();
};
