import type { EventStore, ReadFrom, Subscription, SubscriptionBatch, SubscriptionHealth } from '@account-data/event-store';
import type { Timers } from '@account-data/runtime';
import { type Acceptance, type TooNewEvent, acceptEvents } from './acceptEvents.js';
import type { Invoker } from './Invoker.js';
import { Partitions } from './Partitions.js';
import type { ModuleTrack, Source } from './ModuleTrack.js';
import type { DeliveryLease } from './Receiver.js';
import type { Semaphore } from './Semaphore.js';
import { Window } from './Window.js';

/** What changes are taken from the log with, and how many at once. @category model */
export interface FeedOptions {
  readonly lease: DeliveryLease;
  readonly invoker: Invoker;
  readonly acceptance: Acceptance;
  /** How many changes may be in line before no more are taken. */
  readonly maxPending: number;
  /** How many events are taken at once. */
  readonly batchSize: number;
  readonly timers: Timers;
  /** Nothing may be delivered beyond this event. */
  readonly onTooNew: (found: TooNewEvent) => void;
  /** Nothing more comes: the store failed. */
  readonly onFailed: (reason: unknown) => void;
}

/**
 * Excepts users whose callbacks have kept everyone's low-water mark where it is since before `since`, by the monotonic clock,
 * or behind whom so many changes are kept that are through.
 */
export const relieve = ({ window, partitions }: Source, maxKept: number, since = Number.NEGATIVE_INFINITY): void => {
  for (let work = window.oldest; work !== undefined; work = window.oldest) {
    if (work.since > since && window.length - window.pending < maxKept) return;
    if (!partitions.except(work.change.userId)) return;
    window.trim();
  }
};

/** The changes for all modules that are delivered to together, as they come. */
export class LiveFeed implements Source {
  readonly window: Window;
  readonly partitions: Partitions;
  readonly #options: FeedOptions;
  #members: ReadonlyArray<ModuleTrack>;
  #subscription: Subscription | undefined;
  #frozen = 0;
  #resume: (() => void) | undefined;
  #closed = false;

  constructor(after: ReadFrom, members: ReadonlyArray<ModuleTrack>, semaphore: Semaphore, options: FeedOptions) {
    this.#options = options;
    this.#members = members;
    this.window = new Window(after);
    this.partitions = new Partitions(semaphore, options.lease, options.invoker, () => {
      this.window.done();
      if (this.#resume !== undefined) this.#goOn();
    });
  }

  get members(): ReadonlyArray<ModuleTrack> {
    return this.#members;
  }

  health(): SubscriptionHealth {
    return this.#subscription?.health() ?? { _tag: 'Closed' };
  }

  /** True where there may be more to take than was taken: it has not caught up, or waits for room. */
  get isBehind(): boolean {
    return this.#resume !== undefined || this.health()._tag !== 'Live';
  }

  start(store: EventStore, prefix: string): void {
    this.#subscription = store.subscribe({
      after: this.window.accepted,
      prefixes: [prefix],
      batchSize: this.#options.batchSize,
      onBatch: (batch) => this.#accept(batch),
      onHealth: (health) => {
        if (health._tag === 'Failed' && !this.#closed) this.#options.onFailed(health.reason);
      },
    });
  }

  /** The module comes last or first or between, by `order`, for every change from now on. */
  join(track: ModuleTrack, order: (a: ModuleTrack, b: ModuleTrack) => number): void {
    this.#members = [...this.#members, track].sort(order);
  }

  leave(track: ModuleTrack): void {
    this.#members = this.#members.filter((member) => member !== track);
  }

  /** Takes no more changes until it is thawed as often. */
  freeze(): void {
    this.#frozen += 1;
  }

  thaw(): void {
    this.#frozen -= 1;
    this.#goOn();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
    await this.#subscription?.close();
  }

  #accept(batch: SubscriptionBatch): void | Promise<void> {
    if (this.#closed) return;
    // A batch that comes while frozen is taken when that is over.
    if (this.#frozen > 0) return this.#room().then(() => this.#accept(batch));
    const tooNew = acceptEvents(batch.events, this.#members, this.window, this.partitions, this.#options.acceptance);
    if (tooNew !== undefined) {
      this.#options.onTooNew(tooNew);
      return;
    }
    this.window.accept(batch.checkpoint);
    if (batch.events.length > 0) {
      // Not in this turn: a store may call while it acknowledges an append.
      queueMicrotask(() => {
        this.partitions.start();
      });
    }
    relieve(this, this.#options.maxPending);
    if (this.window.pending >= this.#options.maxPending) return this.#room();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  #goOn(): void {
    const resume = this.#resume;
    if (resume === undefined || this.#frozen > 0 || this.window.pending * 2 > this.#options.maxPending) return;
    this.#resume = undefined;
    // In a later turn, so that a full log and quick callbacks leave room for everything else in the process.
    this.#options.timers.defer(resume);
  }
}
