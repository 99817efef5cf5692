import type { ReadFrom } from '@account-data/event-store';
import { Fifo } from './Fifo.js';
import type { Receiver, Work } from './Receiver.js';

/**
 * The changes taken from the log from the oldest that is not through on, in the order of the log. Those of excepted
 * users hold nothing up: what is left of them is told user by user (see `Partitions.exceptions`).
 */
export class Window {
  readonly #works = new Fifo<Work>();
  /** Everything up to here is through, but for excepted users. */
  #base: ReadFrom;
  /** Everything up to here was taken from the log. */
  #accepted: ReadFrom;
  #pending = 0;

  constructor(after: ReadFrom) {
    this.#base = after;
    this.#accepted = after;
  }

  get accepted(): ReadFrom {
    return this.#accepted;
  }

  /** How many changes are not through, those of excepted users among them. */
  get pending(): number {
    return this.#pending;
  }

  /** How many changes are kept in order: those that are through while an older one is not among them. */
  get length(): number {
    return this.#works.size;
  }

  /** The oldest change that is not through. */
  get oldest(): Work | undefined {
    return this.#works.peek();
  }

  push(work: Work): void {
    this.#pending += 1;
    this.#works.push(work);
  }

  /** Everything up to here has been pushed. */
  accept(position: ReadFrom): void {
    this.#accepted = position;
    this.trim();
  }

  /** One of the changes is through. */
  done(): void {
    this.#pending -= 1;
    this.trim();
  }

  /** Forgets what is through, or excepted. */
  trim(): void {
    for (let work = this.#works.peek(); work !== undefined && (work.isDone || work.isExcepted); work = this.#works.peek()) {
      this.#base = work.change.position;
      this.#works.shift();
    }
    if (this.#works.size === 0) this.#base = this.#accepted;
  }

  /** Changes that the receiver has still to hear, oldest first. */
  *unheardBy(receiver: Receiver): Generator<Work> {
    for (const work of this.#works) {
      if (work.receivers.indexOf(receiver) >= work.next) yield work;
    }
  }

  /** Changes that the receiver is through with, although an older one may be pending. */
  *heardBy(receiver: Receiver): Generator<Work> {
    for (const work of this.#works) {
      const place = work.receivers.indexOf(receiver);
      if (place >= 0 && place < work.next) yield work;
    }
  }

  /** Up to where each receiver is through with everything but excepted users; who waits for nothing is not in the answer. */
  lows(): Map<Receiver, ReadFrom> {
    const lows = new Map<Receiver, ReadFrom>();
    let before = this.#base;
    for (const work of this.#works) {
      if (!work.isExcepted) {
        for (let i = work.next; i < work.receivers.length; i += 1) {
          const receiver = work.receivers[i];
          if (receiver !== undefined && !lows.has(receiver)) lows.set(receiver, before);
        }
      }
      before = work.change.position;
    }
    return lows;
  }
}
