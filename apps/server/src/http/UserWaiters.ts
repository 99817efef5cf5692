import type { UserId } from '@account-data/domain';
import type { ProjectionChange } from '@account-data/projection';
import type { Runtime } from '@account-data/runtime';

/** Why a wait ended. @category model */
export type Woken = 'changed' | 'timeout' | 'closed';

/**
 * Requests that wait for a change of one user. One listener on the projection serves them all, so a change costs one
 * look-up per user that changed.
 *
 * @category model
 */
export interface UserWaiters {
  /** Settles with the next change of the user, after the timeout in milliseconds, or when the signal or the server ends it. */
  readonly wait: (userId: UserId, timeout: number, signal: AbortSignal) => Promise<Woken>;
  readonly waiting: () => number;
  /** Ends all waits; later ones end at once. */
  readonly close: () => void;
}

/** Makes the waiters of long polls, woken by changes of their users. @category constructors */
export const makeUserWaiters = (
  onChange: (listener: (change: ProjectionChange) => void) => () => void,
  runtime: Runtime,
): UserWaiters => {
  const byUser = new Map<UserId, Set<(woken: Woken) => void>>();
  let waiting = 0;
  let closed = false;
  const unsubscribe = onChange(({ users }) => {
    if (byUser.size === 0) return;
    for (const user of users) {
      for (const wake of [...(byUser.get(user) ?? [])]) wake('changed');
    }
  });
  return {
    wait: (userId, timeout, signal) =>
      new Promise((resolve) => {
        if (closed || signal.aborted) {
          resolve('closed');
          return;
        }
        const waiters = byUser.get(userId) ?? new Set();
        byUser.set(userId, waiters);
        waiting += 1;
        const wake = (woken: Woken): void => {
          if (!waiters.delete(wake)) return;
          waiting -= 1;
          if (waiters.size === 0 && byUser.get(userId) === waiters) byUser.delete(userId);
          cancel();
          signal.removeEventListener('abort', aborted);
          resolve(woken);
        };
        const aborted = (): void => {
          wake('closed');
        };
        waiters.add(wake);
        const cancel = runtime.timers.setTimeout(() => {
          wake('timeout');
        }, timeout);
        signal.addEventListener('abort', aborted);
      }),
    waiting: () => waiting,
    close: () => {
      closed = true;
      unsubscribe();
      for (const waiters of [...byUser.values()]) for (const wake of [...waiters]) wake('closed');
    },
  };
};
