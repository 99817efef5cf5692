import type { CancelTimer, Timers } from '@account-data/runtime';

interface Waiter {
  readonly goal: number;
  readonly resolve: (reached: boolean) => void;
  readonly cancel: CancelTimer;
}

/** Those who wait for a number (a revision, a position) to be reached, by a name (a stream). @category model */
export class Waiters {
  readonly #timers: Timers;
  #closed = false;
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

  /** True when {@link reached} tells of `goal` or more; false after the timeout in milliseconds, if there is one. */
  wait(name: string, goal: number, timeout: number | undefined): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiters = this.#byName.get(name) ?? new Set();
      this.#byName.set(name, waiters);
      const waiter: Waiter = {
        goal,
        resolve,
        cancel:
          timeout === undefined
            ? () => undefined
            : this.#timers.setTimeout(() => {
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

  /** The names that are waited for. */
  names(): ReadonlyArray<string> {
    return [...this.#byName.keys()];
  }

  /** Nobody waits any longer. */
  close(): void {
    this.#closed = true;
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
