import type { Runtime } from '@account-data/runtime';
import type { RootDatabase } from 'lmdb';

/**
 * What a failed commit is to be called. lmdb keeps its cause in a promise of its own, whose rejection would end the process
 * where nobody handles it: it is handled here.
 */
export const commitFailure = (cause: unknown): Error => {
  const failure = cause instanceof Error ? cause : new Error(String(cause));
  const reason: unknown = 'commitError' in failure ? failure.commitError : undefined;
  if (reason instanceof Promise) reason.catch(() => undefined);
  return failure;
};

/**
 * To be called in the turn in which something was put. lmdb makes another promise of its own for the whole transaction when
 * it begins to write, in the next turn; should the commit fail, it is rejected too, and is handled here.
 */
export const handleCommit = (root: RootDatabase<Buffer, string>, runtime: Runtime): void => {
  runtime.timers.defer(() => {
    root.committed.then(undefined, commitFailure);
  });
};
