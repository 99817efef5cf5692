import { privateModes } from '@account-data/runtime';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';

/**
 * Locks a folder for one projection, by a lock on an open file, which the system lets go of when the process ends,
 * however it ends. Gives what lets go of it; throws where somebody has it.
 */
export const lockFolder = (folder: string): (() => void) => {
  const descriptor = openSync(join(folder, 'LOCK'), 'a', privateModes.file);
  let held = false;
  try {
    held = tryLock(descriptor);
  } finally {
    if (!held) closeSync(descriptor);
  }
  if (!held) {
    throw new Error(`The projection in ${folder} is in use, by this process or another. Each needs a folder of its own.`);
  }
  return () => {
    if (!held) return;
    held = false;
    closeSync(descriptor);
  };
};
