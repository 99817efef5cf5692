import type { StreamName } from '@account-data/event-store';

/** How many ends of streams are remembered. */
const limit = 10_000;

/** What is known of the ends of streams, as far as it was of use lately. It may be outdated: appends tell. */
export class RecentTails<Tail> {
  readonly #tails = new Map<StreamName, Tail>();

  get(stream: StreamName): Tail | undefined {
    return this.#tails.get(stream);
  }

  remember(stream: StreamName, tail: Tail): void {
    this.#tails.delete(stream);
    this.#tails.set(stream, tail);
    if (this.#tails.size <= limit) return;
    const oldest = this.#tails.keys().next();
    if (oldest.done !== true) this.#tails.delete(oldest.value);
  }

  forget(stream: StreamName): void {
    this.#tails.delete(stream);
  }
}
