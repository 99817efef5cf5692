import { privateModes } from '@account-data/runtime';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const markOf = (folder: string): string => join(folder, 'CLOSED');

/** What of a file changes with whatever is written to it, as text; undefined where there is no file. On the disk when it is told. */
const stateOf = async (path: string, flush: boolean): Promise<string | undefined> => {
  try {
    const file = await open(path, flush ? 'r+' : 'r');
    try {
      if (flush) await file.sync();
      const { size, mtimeNs, ino } = await file.stat({ bigint: true });
      return `${size} ${mtimeNs} ${ino}\n`;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Notes that a file of a folder was closed in order, as it is now. */
export const markClosed = async (folder: string, name: string): Promise<void> => {
  const state = await stateOf(join(folder, name), true);
  if (state !== undefined) await writeFile(markOf(folder), state, { mode: privateModes.file });
};

/** Whether a file is as it was when it was closed in order; from now on it is not. */
export const takeClosedMark = async (folder: string, name: string): Promise<boolean> => {
  const path = markOf(folder);
  const noted = await readFile(path, 'utf8').catch(() => undefined);
  if (noted === undefined) return false;
  await rm(path, { force: true });
  return noted === (await stateOf(join(folder, name), false));
};
