import { Fifo } from './Fifo.js';

/** Something that runs with a permit and gives it back by `release` when it is through. */
export interface SemaphoreTask {
  readonly run: () => void;
}

/** A bound on how much runs at once. What finds no permit waits in order. */
export class Semaphore {
  readonly #limit: number;
  #taken = 0;
  #releasing = false;
  readonly #waiting = new Fifo<SemaphoreTask>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs the task with a permit taken, at once or when one is free. */
  take(task: SemaphoreTask): void {
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      task.run();
    } else this.#waiting.push(task);
  }

  /** Gives a permit back; the next in line takes it. */
  release(): void {
    this.#taken -= 1;
    // A task that is through before it returns comes here again: the loop below goes on then, not the stack.
    if (this.#releasing) return;
    this.#releasing = true;
    while (this.#taken < this.#limit) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#taken += 1;
      next.run();
    }
    this.#releasing = false;
  }

  /** Resolved with a permit taken. */
  taken(): Promise<void> {
    return new Promise((resolve) => {
      this.take({ run: resolve });
    });
  }
}
