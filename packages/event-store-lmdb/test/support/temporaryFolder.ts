import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test has ended. */
export const temporaryFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'event-store-lmdb-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
};
