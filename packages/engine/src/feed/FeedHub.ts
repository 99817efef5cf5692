import {
  type EventStore,
  latest,
  type ReadFrom,
  type Subscription,
  type SubscriptionBatch,
  type SubscriptionHealth,
} from '@account-data/event-store';
import type { ErasedUsers } from '../erasure/ErasedUsers.js';
import type { FeedConsumer } from './FeedConsumer.js';
import type { FeedDecoder, FeedEvent } from './FeedEvent.js';

/**
 * The one tail of the log that all feed readers share. It is subscribed to while there are readers, decodes each event
 * once, and offers it only to readers of its user and to readers of all users: thousands of idle ones cost nothing.
 */
export class FeedHub {
  readonly #store: EventStore;
  readonly #prefixes: ReadonlyArray<string>;
  readonly #decode: FeedDecoder;
  readonly #erased: ErasedUsers;
  readonly #everyone = new Set<FeedConsumer>();
  readonly #byUser = new Map<string, Set<FeedConsumer>>();
  #subscription: Subscription | undefined;
  #position: ReadFrom = 'start';
  /** Tells the current subscription from one that is being closed. */
  #generation = 0;

  constructor(store: EventStore, prefixes: ReadonlyArray<string>, decode: FeedDecoder, erased: ErasedUsers) {
    this.#store = store;
    this.#prefixes = prefixes;
    this.#decode = decode;
    this.#erased = erased;
  }

  /** Everything up to here (inclusive) has been offered. */
  get position(): ReadFrom {
    return this.#position;
  }

  /** Number of readers, for metrics. */
  get size(): number {
    let size = this.#everyone.size;
    for (const consumers of this.#byUser.values()) size += consumers.size;
    return size;
  }

  /**
   * From now on the consumer is offered what comes after the answered position; what lies before it, the reader reads
   * from the store.
   */
  join(consumer: FeedConsumer, userId: string | undefined, head: ReadFrom): ReadFrom {
    if (this.#subscription === undefined) this.#subscribe(head);
    if (userId === undefined) this.#everyone.add(consumer);
    else {
      const consumers = this.#byUser.get(userId);
      if (consumers === undefined) this.#byUser.set(userId, new Set([consumer]));
      else consumers.add(consumer);
    }
    return this.#position;
  }

  leave(consumer: FeedConsumer, userId: string | undefined): void {
    if (userId === undefined) this.#everyone.delete(consumer);
    else {
      const consumers = this.#byUser.get(userId);
      consumers?.delete(consumer);
      if (consumers?.size === 0) this.#byUser.delete(userId);
    }
    if (this.#everyone.size === 0 && this.#byUser.size === 0) void this.#unsubscribe();
  }

  async close(): Promise<void> {
    for (const consumer of this.#all()) consumer.fail(new Error('The feed was closed.'));
    await this.#unsubscribe();
  }

  #subscribe(head: ReadFrom): void {
    this.#position = head;
    this.#generation += 1;
    const generation = this.#generation;
    let health: SubscriptionHealth['_tag'] = 'CatchingUp';
    this.#subscription = this.#store.subscribe({
      after: head,
      prefixes: this.#prefixes,
      onBatch: (batch) => {
        if (health === 'Live') {
          this.#take(batch, generation);
          return undefined;
        }
        // What was missed while it was cut off may be of users who were erased meanwhile.
        return this.#erased.refresh().then(() => {
          this.#take(batch, generation);
        });
      },
      onHealth: (next) => {
        health = next._tag;
        if (next._tag !== 'Failed' || generation !== this.#generation) return;
        this.#subscription = undefined;
        for (const consumer of this.#all()) consumer.fail(next.reason);
      },
    });
  }

  #take({ events, checkpoint }: SubscriptionBatch, generation: number): void {
    if (generation !== this.#generation) return;
    for (const stored of events) {
      const event = this.#decode(stored);
      if (event === undefined) continue;
      if (event._tag === 'UserErased') this.#erased.add(event.userId);
      this.#offer(event);
    }
    this.#position = latest(this.#position, checkpoint);
  }

  #offer(event: FeedEvent): void {
    const consumers = this.#byUser.get(event.userId);
    if (consumers === undefined && this.#everyone.size === 0) return;
    const bytes = event._tag === 'UserErased' ? 0 : JSON.stringify(event.content).length;
    for (const consumer of this.#everyone) consumer.offer(event, bytes);
    if (consumers !== undefined) for (const consumer of consumers) consumer.offer(event, bytes);
  }

  *#all(): Iterable<FeedConsumer> {
    yield* this.#everyone;
    for (const consumers of this.#byUser.values()) yield* consumers;
  }

  async #unsubscribe(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    this.#generation += 1;
    await subscription?.close();
  }
}
