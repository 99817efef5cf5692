/**
 * Turns that are taken beside the lines of one module, user by user: while a user's turn is taken, no line and no retry
 * begins a callback for that user.
 */
export class UserTurns {
  readonly #taken = new Map<string, Array<() => void>>();

  isTaken(user: string): boolean {
    return this.#taken.size > 0 && this.#taken.has(user);
  }

  /** Calls back when the user's turn is free; it may be taken again by then. */
  whenFree(user: string, callback: () => void): void {
    const waiting = this.#taken.get(user);
    if (waiting === undefined) callback();
    else waiting.push(callback);
  }

  /** Resolved when the user's turn is free. */
  async free(user: string): Promise<void> {
    while (this.isTaken(user)) {
      await new Promise<void>((resolve) => {
        this.whenFree(user, resolve);
      });
    }
  }

  /** Runs with the user's turn taken. */
  async take<A>(user: string, run: () => Promise<A>): Promise<A> {
    await this.free(user);
    const waiting: Array<() => void> = [];
    this.#taken.set(user, waiting);
    try {
      return await run();
    } finally {
      this.#taken.delete(user);
      for (const callback of waiting) callback();
    }
  }
}
