import type { Access } from '@account-data/domain';
import type { Clock } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** How long an access goes on, in milliseconds. */
const window = 600_000;

/** The most that are remembered: more are noted more often. */
const capacity = 10_000;

interface Noted<Err> {
  readonly at: number;
  readonly done: Promise<E.Either<Err, void>>;
}

/** The accesses of the last minutes, each of which is noted once. */
export interface RecentAccesses<Err> {
  /** Notes it unless that was done within the window; whoever comes meanwhile waits for it, too. One that failed is noted anew. */
  readonly once: (access: Access, note: () => Promise<E.Either<Err, void>>) => Promise<E.Either<Err, void>>;
}

export const recentAccesses = <Err>(clock: Pick<Clock, 'monotonic'>): RecentAccesses<Err> => {
  // In the order in which they were noted, so that the oldest stand in front.
  const noted = new Map<string, Noted<Err>>();
  const dropOld = (now: number): void => {
    for (const [key, { at }] of noted) {
      if (now - at < window && noted.size < capacity) return;
      noted.delete(key);
    }
  };
  return {
    once: async ({ actor, role, userId, kind, reason }, note) => {
      const key = JSON.stringify([actor.kind, actor.id, role, userId, kind, reason ?? null]);
      const now = clock.monotonic();
      const before = noted.get(key);
      if (before !== undefined && now - before.at < window) return before.done;
      noted.delete(key);
      dropOld(now);
      const done = note();
      const entry = { at: now, done };
      noted.set(key, entry);
      const outcome = await done;
      if (E.isLeft(outcome) && noted.get(key) === entry) noted.delete(key);
      return outcome;
    },
  };
};
