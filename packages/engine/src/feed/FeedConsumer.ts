import { isAfter, type Position } from '@account-data/event-store';
import type { FeedEvent } from './FeedEvent.js';

/** How much waits for one consumer, in events and bytes; one that is slower reads what it missed from the store again. */
const queueLimit = 512;
const queueBytes = 64 * 1024;

/**
 * One reader at the shared tail: a bounded queue of the events it asked for. It never holds others back: when the
 * queue is full it is emptied and the reader goes back to reading the store from where it stands.
 */
export class FeedConsumer {
  readonly #matches: (event: FeedEvent) => boolean;
  #queue: Array<FeedEvent> = [];
  #bytes = 0;
  #overflowed = false;
  #failure: unknown = undefined;
  #wake: (() => void) | undefined;

  constructor(matches: (event: FeedEvent) => boolean) {
    this.#matches = matches;
  }

  /** True after events were dropped: the reader has to read the store again from where it stands. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** Called by the hub, in the order of the log; `bytes` is how much the event holds. */
  offer(event: FeedEvent, bytes: number): void {
    if (this.#overflowed || !this.#matches(event)) return;
    if (this.#queue.length >= queueLimit || (this.#queue.length > 0 && this.#bytes + bytes > queueBytes)) {
      this.#queue = [];
      this.#overflowed = true;
    } else {
      this.#queue.push(event);
      this.#bytes += bytes;
    }
    this.wake();
  }

  fail(reason: unknown): void {
    this.#failure = reason ?? new Error('The feed ended.');
    this.wake();
  }

  /** Takes what waits, without what the reader has seen already. */
  take(after: Position | 'start'): ReadonlyArray<FeedEvent> {
    const queue = this.#queue;
    this.#queue = [];
    this.#bytes = 0;
    return after === 'start' ? queue : queue.filter((event) => isAfter(event.position, after));
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Resolved when there is something to take, or when {@link wake} was called. */
  async wait(): Promise<void> {
    if (this.#queue.length > 0 || this.#overflowed || this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
