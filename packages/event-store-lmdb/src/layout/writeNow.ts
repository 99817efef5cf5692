import { requireDiskSpace } from '@account-data/runtime';
import { commitFailure } from './commitFailure.js';
import type { Environment } from './Environment.js';

/**
 * Writes what the given function puts, in one transaction, which is there after a crash as a whole or not at all. Resolved
 * once it is flushed; rejected where it could not be written. What is put does not tell of a failure by itself.
 *
 * lmdb begins with the second operation in a row (`txnStartThreshold`), or when the turn of the event loop ends. A batch is
 * one operation; the other one here finds nothing to remove, since no entry has the position 0.
 *
 * `room` is how many bytes it may take on the disk at the most; nothing is written where there are fewer.
 *
 * Nobody opens the file meanwhile (see `OpeningGate`): where somebody does, it begins after that, and `put` is called then.
 */
export const writeNow = (environment: Environment, room: number, put: () => void): Promise<void> => {
  try {
    requireDiskSpace(environment.file, room);
  } catch (cause) {
    return Promise.reject(commitFailure(cause));
  }
  const { gate } = environment;
  if (gate === undefined || gate.enter()) return commit(environment, put);
  return gate.whenFree().then(() => commit(environment, put));
};

const commit = async ({ root, log, gate }: Environment, put: () => void): Promise<void> => {
  let flushed: Promise<unknown>;
  try {
    const written = root.batch(put);
    const begun = log.remove(0);
    if (begun !== written) begun.then(undefined, commitFailure);
    flushed = Promise.resolve(root.flushed);
    await written;
  } catch (cause) {
    throw commitFailure(cause);
  } finally {
    gate?.leave();
  }
  await flushed;
};
