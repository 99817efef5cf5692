import { isAfter, type Revision } from '@account-data/event-store';
import type { Change } from './Change.js';
import type { ModuleTrack } from './ModuleTrack.js';

/** `moved`: this instance stopped delivering; ask whoever delivers now. */
export type WaitResult = 'delivered' | 'pending' | 'moved';

interface Waiter {
  readonly user: string;
  readonly revision: Revision;
  readonly outstanding: Set<ModuleTrack>;
  readonly settle: (result: WaitResult) => void;
}

/** Those who wait until every module is through with a change. */
export class HandledWaiters {
  readonly #byUser = new Map<string, Array<Waiter>>();

  get size(): number {
    return this.#byUser.size;
  }

  /** Waits for the modules that are not through yet. `cancel` settles it as `pending`. */
  wait(
    user: string,
    revision: Revision,
    outstanding: ReadonlyArray<ModuleTrack>,
  ): { readonly result: Promise<WaitResult>; readonly cancel: () => void } {
    let settle: (result: WaitResult) => void = () => undefined;
    const result = new Promise<WaitResult>((resolve) => {
      settle = resolve;
    });
    const waiter: Waiter = { user, revision, outstanding: new Set(outstanding), settle };
    const others = this.#byUser.get(user);
    if (others === undefined) this.#byUser.set(user, [waiter]);
    else others.push(waiter);
    return {
      result,
      cancel: () => {
        this.#settle(waiter, 'pending');
      },
    };
  }

  /** The module is through with the change and with all earlier ones of its user. */
  handled(track: ModuleTrack, user: string, revision: Revision): void {
    const waiters = this.#byUser.get(user);
    if (waiters === undefined) return;
    for (const waiter of [...waiters]) {
      if (isAfter(waiter.revision, revision) || !waiter.outstanding.delete(track)) continue;
      if (waiter.outstanding.size === 0) this.#settle(waiter, 'delivered');
    }
  }

  handledChange(track: ModuleTrack, change: Change): void {
    if (this.#byUser.size > 0) this.handled(track, change.userId, change.revision);
  }

  /** The module won't come to it for now. */
  paused(track: ModuleTrack): void {
    for (const waiters of [...this.#byUser.values()]) {
      for (const waiter of [...waiters]) if (waiter.outstanding.has(track)) this.#settle(waiter, 'pending');
    }
  }

  close(): void {
    for (const waiters of [...this.#byUser.values()]) {
      for (const waiter of [...waiters]) this.#settle(waiter, 'moved');
    }
  }

  #settle(waiter: Waiter, result: WaitResult): void {
    const others = this.#byUser.get(waiter.user)?.filter((other) => other !== waiter);
    if (others === undefined || others.length === 0) this.#byUser.delete(waiter.user);
    else this.#byUser.set(waiter.user, others);
    waiter.settle(result);
  }
}
