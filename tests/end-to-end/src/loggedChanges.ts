import type { DataFolder } from './DataFolder.js';
import type { SentChange } from './LoadGenerator.js';
import { jsonLinesOf } from './runCommandLine.js';

/** A user's changes as the log has them, in its order. */
export const loggedChanges = async (folder: DataFolder, userId: string): Promise<ReadonlyArray<SentChange>> => {
  const history = await jsonLinesOf(['history', userId], { cwd: folder.path });
  return history.map(({ revision, content }, index) => {
    if (revision !== String(index)) throw new Error(`Revision ${String(revision)} of ${userId} is at place ${index} of its history.`);
    return { userId, serial: (content as { readonly serial: number }).serial };
  });
};
