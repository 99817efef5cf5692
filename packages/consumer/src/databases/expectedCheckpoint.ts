import type { Checkpoint } from '../FeedSource.js';
import { CheckpointMoved } from './CheckpointMoved.js';

/** What this consumer last read or kept, so that two of them never make the same of an item twice. */
export interface ExpectedCheckpoint {
  /** Was read outside of a transaction of ours. */
  readonly read: (checkpoint: Checkpoint | null) => void;
  /** Is written by the transaction at hand. */
  readonly write: (checkpoint: Checkpoint) => void;
  /** @throws {CheckpointMoved} where the database has another one */
  readonly demand: (actual: Checkpoint | null) => void;
  /** The transaction at hand was kept. */
  readonly kept: () => void;
}

/** Makes one that expects what is read first. */
export const expectedCheckpoint = (): ExpectedCheckpoint => {
  let expected: Checkpoint | null = null;
  let written: Checkpoint | null = null;
  return {
    read: (checkpoint) => {
      expected = checkpoint;
    },
    write: (checkpoint) => {
      written = checkpoint;
    },
    demand: (actual) => {
      written = null;
      if (actual?.logId !== expected?.logId || actual?.position !== expected?.position) throw new CheckpointMoved();
    },
    kept: () => {
      expected = written ?? expected;
    },
  };
};
