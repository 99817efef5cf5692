import type { ReadFrom } from '@account-data/event-store';
import { Fifo } from './Fifo.js';
import type { Receiver, Work } from './Receiver.js';

/** Whether `a` is at or before `b` in the log. */
export const isUpTo = (a: ReadFrom, b: ReadFrom): boolean => a === 'start' || (b !== 'start' && a <= b);

/** The earlier of two places in the log. */
export const earlierOf = (a: ReadFrom, b: ReadFrom): ReadFrom => (isUpTo(a, b) ? a : b);

/** The changes taken from the log that are not all handled, in the order of the log. */
export class Window {
  readonly #works = new Fifo<Work>();
  /** Everything up to here is through. */
  #base: ReadFrom;
  /** Everything up to here was taken from the log. */
  #accepted: ReadFrom;

  constructor(after: ReadFrom) {
    this.#base = after;
    this.#accepted = after;
  }

  get accepted(): ReadFrom {
    return this.#accepted;
  }

  get size(): number {
    return this.#works.size;
  }

  /** The oldest change that is not through. */
  get oldest(): Work | undefined {
    return this.#works.peek();
  }

  push(work: Work): void {
    this.#works.push(work);
  }

  /** Everything up to here has been pushed. */
  accept(position: ReadFrom): void {
    this.#accepted = position;
    if (this.#works.size === 0) this.#base = position;
  }

  /** Forgets what is through. */
  trim(): void {
    for (let work = this.#works.peek(); work?.isDone === true; work = this.#works.peek()) {
      this.#base = work.change.position;
      this.#works.shift();
    }
    if (this.#works.size === 0) this.#base = this.#accepted;
  }

  /** Changes that the receiver is not through with, oldest first. */
  *pending(receiver: Receiver): Generator<Work> {
    for (const work of this.#works) {
      if (work.receivers.indexOf(receiver) >= work.next) yield work;
    }
  }

  /** Changes that the receiver is through with, although an older one may be pending. */
  *handled(receiver: Receiver): Generator<Work> {
    for (const work of this.#works) {
      const place = work.receivers.indexOf(receiver);
      if (place >= 0 && place < work.next) yield work;
    }
  }

  /** Up to where each receiver is through with everything; receivers that wait for nothing are not in the answer. */
  lows(): Map<Receiver, ReadFrom> {
    const lows = new Map<Receiver, ReadFrom>();
    let before = this.#base;
    for (const work of this.#works) {
      for (let i = work.next; i < work.receivers.length; i += 1) {
        const receiver = work.receivers[i];
        if (receiver !== undefined && !lows.has(receiver)) lows.set(receiver, before);
      }
      before = work.change.position;
    }
    return lows;
  }
}
