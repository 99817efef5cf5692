import type { CancelTimer, Runtime } from '@account-data/runtime';
import type { GroupCommit } from './GroupCommit.js';
import type { StreamIndex } from './StreamIndex.js';

/**
 * The index on disk is brought up to date when it lags by so many entries: more cost less for each, since streams share pages,
 * and take more memory, and more time after a kill.
 */
const maxLag = 65_536;
/** Or when nothing was written for so many milliseconds. */
const idleAfter = 1_000;
/** So many streams go with one commit. */
const sliceSize = 256;

/** Decides when the index is written: along with commits, so that it costs no flush of its own while there are appends. */
export interface IndexWriter {
  readonly alongside: () => (() => void) | undefined;
  readonly onDurable: () => void;
  /** Writes no more by itself, until it may again. */
  readonly stop: () => void;
  readonly resume: () => void;
  /** Brings the index up to date with all that is durable. */
  readonly finish: () => Promise<void>;
}

export const createIndexWriter = ({
  index,
  commit,
  runtime,
}: {
  readonly index: StreamIndex;
  readonly commit: GroupCommit;
  readonly runtime: Runtime;
}): IndexWriter => {
  let isDue = false;
  let cancelTimer: CancelTimer | undefined;
  let isStopped = false;
  let seen = commit.durable();

  const lag = (): number => commit.durable() - index.indexed();

  const watchForIdleness = (): void => {
    if (isStopped || cancelTimer !== undefined) return;
    cancelTimer = runtime.timers.setBackgroundTimeout(() => {
      cancelTimer = undefined;
      if (lag() === 0) return;
      if (seen === commit.durable()) {
        isDue = true;
        commit.poke();
      } else {
        seen = commit.durable();
        watchForIdleness();
      }
    }, idleAfter);
  };

  return {
    alongside: () => {
      if (!index.isWriting()) {
        if (lag() < (isDue ? 1 : maxLag)) return undefined;
        isDue = false;
        index.startRound(commit.durable());
      }
      const isLast = index.writeSlice(sliceSize);
      return () => {
        if (isLast) index.finishRound();
        else commit.poke();
      };
    },
    onDurable: () => {
      if (lag() > 0) watchForIdleness();
    },
    stop: () => {
      isStopped = true;
      cancelTimer?.();
      cancelTimer = undefined;
    },
    resume: () => {
      isStopped = false;
      if (lag() > 0) watchForIdleness();
    },
    finish: async () => {
      while (!commit.hasFailed() && (index.isWriting() || lag() > 0)) {
        isDue = true;
        commit.poke();
        await commit.idle();
      }
    },
  };
};
