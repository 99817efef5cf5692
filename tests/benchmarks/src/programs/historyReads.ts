import type { HistoryWork } from '../Program.js';

/**
 * The n-th read of a user's history: at a revision in the later half, so that every page is full and every state
 * whole, which is checked.
 */
export const historyReads =
  (work: HistoryWork, read: (userId: string, revision: number) => number | Promise<number>) =>
  async (userId: string, n: number): Promise<void> => {
    const revision = work.changes - 1 - ((n * 37) % (work.changes / 2));
    const found = await read(userId, revision);
    const expected = work.read === 'page' ? work.pageSize : work.types;
    if (found !== expected) throw new Error(`A read found ${found} entries instead of ${expected}.`);
  };
