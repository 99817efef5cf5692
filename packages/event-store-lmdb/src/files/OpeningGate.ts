import { closeSync, openSync } from 'node:fs';
import { tryLock, unlock, waitForLock } from 'fs-native-extensions';
import { refuse } from '../LmdbOpenError.js';

/*
 * lmdb 3.5.6 loses transactions where a process opens a file while another commits to it: each opening, a reader's too, writes
 * the number of the newest transaction that it found in the file into the lock file (`mdb_env_open2` in mdb.c: `mti_txnid`). What
 * is committed between the two is forgotten, and the next write overwrites its pages. So who opens the file and who commits to
 * it take turns: by a lock on a byte of the file that nothing is ever stored at. An opening that finds it taken holds a lock on
 * the next byte meanwhile, and no commit begins before that one is let go: one that follows upon another leaves no time between
 * them to find the gate open. The lock file itself won't do: to close any descriptor of it lets go of LMDB's own locks.
 */

const gateAt = 2 ** 48;
const waitingAt = gateAt + 1;
/** How often an opening looks whether a commit is through, which takes a few milliseconds, with a millisecond between. */
const attempts = 15_000;

const sleeping = new Int32Array(new SharedArrayBuffer(4));

/** Opens the file while nobody commits to it. Not where this process has it open: then lmdb does not open it again. */
export const openBetweenCommits = <A>(file: string, open: () => A): A => {
  const descriptor = openSync(file, 'r');
  try {
    let isAnnounced = false;
    for (let attempt = 0; !tryLock(descriptor, gateAt, 1, { shared: true }); attempt += 1) {
      isAnnounced ||= tryLock(descriptor, waitingAt, 1, { shared: true });
      if (attempt === attempts) {
        return refuse('store_locked', file, `The owner of ${file} does not finish a write. See whether its process hangs, and stop it if it does.`);
      }
      Atomics.wait(sleeping, 0, 0, 1);
    }
    return open();
  } finally {
    closeSync(descriptor);
  }
};

/** The gate as the one process passes it that writes to the file. */
export interface CommitGate {
  /** Keeps others from opening the file until `leave`; false while one opens it, or waits to. */
  readonly enter: () => boolean;
  /** The same, once nobody opens it any more. */
  readonly whenFree: () => Promise<void>;
  readonly leave: () => void;
  readonly close: () => void;
}

/** The gate of a file that is there and may be written. */
export const commitGate = (file: string): CommitGate => {
  const descriptor = openSync(file, 'r+');
  return {
    enter: () => {
      if (!tryLock(descriptor, waitingAt, 1)) return false;
      unlock(descriptor, waitingAt, 1);
      return tryLock(descriptor, gateAt, 1);
    },
    whenFree: async () => {
      await waitForLock(descriptor, waitingAt, 1);
      unlock(descriptor, waitingAt, 1);
      await waitForLock(descriptor, gateAt, 1);
    },
    leave: () => {
      unlock(descriptor, gateAt, 1);
    },
    close: () => {
      closeSync(descriptor);
    },
  };
};
