import type { EventStore, ProposedEvent, SubscribeOptions, Subscription, SubscriptionBatch, SubscriptionHealth } from '@account-data/event-store';
import { StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { expect } from 'vitest';
import { type EventStoreDbEventStore, type EventStoreDbOptions, openEventStoreDbEventStore } from '../../src/index.js';

/** Short times, so that what waits for them does not take long. */
export const quick: NonNullable<EventStoreDbOptions['timeouts']> = {
  behind: 1_000,
  attempt: 400,
  append: 3_000,
  read: 3_000,
  catchUpSilence: 500,
  liveSilence: 300,
  retry: { first: 5, longest: 50 },
  resubscribe: { first: 5, longest: 50 },
};

export const openStore = (connectionString: string, options: Partial<EventStoreDbOptions> = {}): EventStoreDbEventStore =>
  openEventStoreDbEventStore({ connectionString, runtime: systemRuntime, timeouts: quick, ...options });

/** A server and a store on it, for one test. */
export const withServer =
  (
    options: DoubleOptions & { readonly store?: Partial<EventStoreDbOptions> },
    test: (server: EventStoreDbDouble, store: EventStoreDbEventStore) => Promise<void>,
  ) =>
  async (): Promise<void> => {
    const server = await startEventStoreDbDouble(options);
    const store = openStore(server.connectionString, options.store);
    try {
      await test(server, store);
    } finally {
      server.relay.thaw();
      await store.close();
      await server.stop();
    }
  };

export const right = async <L, A>(task: TE.TaskEither<L, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) {
    throw new Error(`Expected success, got ${JSON.stringify(result.left)}.`);
  }
  return result.right;
};

export const left = async <L, A>(task: TE.TaskEither<L, A>): Promise<L> => {
  const result = await task();
  if (E.isRight(result)) throw new Error('Expected an error, got success.');
  return result.left;
};

export const newEvent = (value: unknown = 1): ProposedEvent => ({
  id: systemRuntime.random.uuid(),
  type: 'Happened',
  data: { value },
  metadata: { by: 'test' },
});

export const newEvents = (count: number): ReadonlyArray<ProposedEvent> => Array.from({ length: count }, (_, index) => newEvent(index));

export const idsOf = (events: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => events.map(({ id }) => id);

export const stream = (name: string): StreamName => StreamName(name);

/** The ids of all events of a stream. */
export const idsIn = async (store: EventStore, name: string): Promise<ReadonlyArray<string>> => {
  const slice = await right(store.read(stream(name), { limit: 10_000 }));
  return slice._tag === 'Events' ? idsOf(slice.events) : [];
};

export interface Watched {
  readonly batches: Array<SubscriptionBatch>;
  readonly healths: Array<SubscriptionHealth>;
  readonly ids: () => ReadonlyArray<string>;
  readonly subscription: Subscription;
}

/** Subscribes and writes down what comes. */
export const watch = (store: EventStore, options: Partial<SubscribeOptions> = {}): Watched => {
  const batches: Array<SubscriptionBatch> = [];
  const healths: Array<SubscriptionHealth> = [];
  const subscription = store.subscribe({
    after: 'start',
    ...options,
    onBatch: (batch) => {
      batches.push(batch);
      return options.onBatch?.(batch);
    },
    onHealth: (health) => healths.push(health),
  });
  return { batches, healths, ids: () => batches.flatMap(({ events }) => idsOf(events)), subscription };
};

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    systemRuntime.timers.setTimeout(resolve, milliseconds);
  });

/** Waits for something to be so; after 20 seconds it never will. */
export const eventually = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const began = systemRuntime.clock.monotonic();
  while (!(await condition())) {
    if (systemRuntime.clock.monotonic() - began > 20_000) throw new Error(`Waited in vain: ${what}.`);
    await pause(5);
  }
};

/** A round trip through every kind of call. */
export const roundTrip = async (connectionString: string, options: Partial<EventStoreDbOptions> = {}): Promise<void> => {
  const store = openStore(connectionString, options);
  try {
    const events = newEvents(2);
    await right(store.append(stream('s'), events, 'no-stream'));
    expect(await right(store.read(stream('s'), { limit: 5 }))).toMatchObject({ _tag: 'Events' });
    const watched = watch(store, { prefixes: ['s'] });
    await eventually('both events', () => watched.ids().length === 2);
    await right(store.tombstone(stream('s')));
  } finally {
    await store.close();
  }
};
