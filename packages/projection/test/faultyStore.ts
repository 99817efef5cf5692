import type { EventStore, PositionedEvent, SubscribeOptions } from '@account-data/event-store';

/** A store whose subscriptions leave out some events, the first `times` times they come by. */
export const leavingOut = (
  store: EventStore,
  isLeftOut: (event: PositionedEvent) => boolean,
  times: number,
): EventStore & { readonly subscriptions: () => number } => {
  let left = times;
  let subscriptions = 0;
  return {
    ...store,
    subscriptions: () => subscriptions,
    subscribe: (options: SubscribeOptions) => {
      subscriptions += 1;
      return store.subscribe({
        ...options,
        onBatch: (batch) => {
          const events = batch.events.filter((event) => {
            if (left <= 0 || !isLeftOut(event)) return true;
            left -= 1;
            return false;
          });
          return options.onBatch({ ...batch, events });
        },
      });
    },
  };
};

/** A store that delivers everything twice. */
export const deliveringTwice = (store: EventStore): EventStore => ({
  ...store,
  subscribe: (options: SubscribeOptions) =>
    store.subscribe({
      ...options,
      onBatch: (batch) => options.onBatch({ ...batch, events: batch.events.flatMap((event) => [event, event]) }),
    }),
});

/** A store whose subscriptions deliver nothing. */
export const silent = (store: EventStore): EventStore => ({
  ...store,
  subscribe: () => ({ health: () => ({ _tag: 'CatchingUp' }), close: () => Promise.resolve() }),
});
