
/*
 * What a log of format 1 holds in place of records of format 2 (see `StreamRecord`): for a way back to the version before,
 * which goes with the next release.
 */

/** The formats a log can be written in. */
export type LogFormat = 1 | 2;

export const streamRecordOne = (record: Buffer): Buffer => {
  const old = Buffer.from(record);
  old.fill(0, 4, 8);
  old[0] = 1;
  return old;
};

export const chunkOne = (chunk: Buffer): Buffer => chunk.subarray(12);

export const tombstoneOne = Buffer.alloc(0);
