import type { PositionedEvent } from '../Event.js';
import type { EventStore, SubscribeOptions, SubscriptionBatch, SubscriptionHealth } from '../EventStore.js';
import { eventually } from './eventually.js';

/** A subscription that writes down what it is told. */
export interface Follower {
  readonly batches: ReadonlyArray<SubscriptionBatch>;
  readonly events: () => ReadonlyArray<PositionedEvent>;
  readonly healths: ReadonlyArray<SubscriptionHealth>;
  readonly health: () => SubscriptionHealth;
  /** Waits until so many events have come (more may have). */
  readonly untilCount: (count: number) => Promise<void>;
  readonly untilHealth: (tag: SubscriptionHealth['_tag']) => Promise<SubscriptionHealth>;
  readonly close: () => Promise<void>;
}

/** Subscribes; what `options.onBatch` gives is what the handler gives. */
export const follow = (
  store: EventStore,
  options: Omit<SubscribeOptions, 'onBatch'> & Partial<Pick<SubscribeOptions, 'onBatch'>>,
): Follower => {
  const batches: Array<SubscriptionBatch> = [];
  const healths: Array<SubscriptionHealth> = [];
  let count = 0;
  const subscription = store.subscribe({
    ...options,
    onBatch: (batch) => {
      batches.push(batch);
      count += batch.events.length;
      return options.onBatch?.(batch);
    },
    onHealth: (health) => {
      healths.push(health);
    },
  });
  return {
    batches,
    healths,
    events: () => batches.flatMap(({ events }) => events),
    health: subscription.health,
    untilCount: async (expected) => {
      await eventually(`${expected} events to come`, () => {
        const health = subscription.health();
        if (health._tag === 'Failed') throw new Error('The subscription failed.', { cause: health.reason });
        return count >= expected;
      });
    },
    untilHealth: (tag) =>
      eventually(`the subscription to be ${tag}`, () => {
        const health = subscription.health();
        return health._tag === tag && health;
      }),
    close: () => subscription.close(),
  };
};
