/**
 * Lets work run side by side, or one piece of it with nothing else beside it: who wants to be alone goes before whoever
 * comes after, and waits for those who are at it.
 *
 * @category model
 */
export class TogetherOrAlone {
  #running = 0;
  #isAlone = false;
  readonly #waiting: Array<{ readonly alone: boolean; readonly begin: () => void }> = [];

  /** Runs the work when its turn has come. */
  async run<A>(alone: boolean, work: () => Promise<A>): Promise<A> {
    await this.#turn(alone);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#isAlone = false;
      this.#next();
    }
  }

  #turn(alone: boolean): Promise<void> {
    return new Promise((begin) => {
      const waiting = { alone, begin };
      const behind = alone ? this.#waiting.findIndex((other) => !other.alone) : -1;
      if (behind < 0) this.#waiting.push(waiting);
      else this.#waiting.splice(behind, 0, waiting);
      this.#next();
    });
  }

  #next(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#isAlone || (first.alone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#isAlone = first.alone;
      first.begin();
    }
  }
}
