import type { Clock } from '@account-data/runtime';
import type { DeliveryLease } from './Receiver.js';
import type { Suspects } from './Suspects.js';

/**
 * Whether this instance may call callbacks at this moment: while it delivers, and, where delivery is leased, while the
 * lease lasts by its own monotonic clock. What finds it shut waits, and goes on if the lease could be renewed.
 */
export class Lease implements DeliveryLease {
  readonly epoch: number;
  readonly suspects: Suspects;
  readonly #clock: Clock;
  #validUntil: number;
  #shut = false;
  #waiting: Array<() => void> = [];

  /** `validUntil` by the monotonic clock, in milliseconds; infinite where delivery is not leased. */
  constructor(epoch: number, validUntil: number, clock: Clock, suspects: Suspects) {
    this.suspects = suspects;
    this.epoch = epoch;
    this.#validUntil = validUntil;
    this.#clock = clock;
  }

  readonly mayDeliver = (): boolean =>
    !this.#shut && (this.#validUntil === Number.POSITIVE_INFINITY || this.#clock.monotonic() < this.#validUntil);

  /** Calls back when the lease was renewed; never if it isn't. */
  readonly whenOpen = (callback: () => void): void => {
    if (!this.#shut) this.#waiting.push(callback);
  };

  renew(validUntil: number): void {
    this.#validUntil = validUntil;
    if (!this.mayDeliver() || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  /** For good. */
  shut(): void {
    this.#shut = true;
    this.#waiting = [];
  }

  get isShut(): boolean {
    return this.#shut;
  }
}
