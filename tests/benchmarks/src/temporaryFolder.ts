import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `f_type` of tmpfs on Linux. */
const tmpfs = 0x01021994;

/** A new folder for all that a run writes, and its removal. @category model */
export interface TemporaryFolder {
  readonly path: string;
  /** True where it is kept in memory: then a flush costs nothing, and no figure of a durable write means anything. */
  readonly inMemory: boolean;
  readonly remove: () => Promise<void>;
}

/** Under the system's folder for temporary files: set `TMPDIR` to choose another disk. */
export const temporaryFolder = async (): Promise<TemporaryFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'account-data-bench-'));
  return {
    path,
    inMemory: (await statfs(path)).type === tmpfs,
    remove: () => rm(path, { recursive: true, force: true }),
  };
};
