import type { CancelTimer, Timers } from '@account-data/runtime';

interface Waiter {
  readonly goal: number;
  readonly resolve: (reached: boolean) => void;
  readonly cancel: CancelTimer;
}

/** Those who wait for a number (a revision, a position) to be reached, by a name (a stream). @category model */
export class Waiters {
  readonly #timers: Timers;
  readonly #byName = new Map<string, Set<Waiter>>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Whether anybody waits for this name. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** True when {@link reached} tells of `goal` or more; false after the timeout in milliseconds. */
  wait(name: string, goal: number, timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiters = this.#byName.get(name) ?? new Set();
      this.#byName.set(name, waiters);
      const waiter: Waiter = {
        goal,
        resolve,
        cancel: this.#timers.setTimeout(() => {
          this.#end(name, waiters, waiter, false);
        }, timeout),
      };
      waiters.add(waiter);
    });
  }

  reached(name: string, value: number): void {
    const waiters = this.#byName.get(name);
    if (waiters === undefined) return;
    for (const waiter of waiters) {
      if (waiter.goal > value) continue;
      waiter.cancel();
      this.#end(name, waiters, waiter, true);
    }
  }

  /** Nobody waits any longer. */
  close(): void {
    for (const [name, waiters] of this.#byName) {
      for (const waiter of waiters) {
        waiter.cancel();
        this.#end(name, waiters, waiter, false);
      }
    }
  }

  #end(name: string, waiters: Set<Waiter>, waiter: Waiter, reached: boolean): void {
    waiters.delete(waiter);
    if (waiters.size === 0) this.#byName.delete(name);
    waiter.resolve(reached);
  }
}
