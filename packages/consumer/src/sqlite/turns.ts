import { resolve } from 'node:path';

/** The end of what was asked for last, by file. */
const last = new Map<string, Promise<unknown>>();

/**
 * Runs `work` when all that this process asked for on the file before has ended. SQLite waits for a lock without giving the
 * thread back: one that waited for another transaction of its own process would wait for itself.
 */
export const inTurn = <A>(path: string, work: () => Promise<A>): Promise<A> => {
  const key = resolve(path);
  const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
  last.set(key, mine);
  const forget = (): void => {
    if (last.get(key) === mine) last.delete(key);
  };
  mine.then(forget, forget);
  return mine;
};
