import type { Runtime } from '@account-data/runtime';
import type { PositionedEvent, TextMemory } from './Event.js';
import type { LogSlice, ReadAllOptions, SubscribeOptions, Subscription, SubscriptionHealth } from './EventStore.js';
import { filterByStream, matchPrefixes } from './matchPrefixes.js';
import { isBefore, type Position, type ReadFrom } from '@account-data/domain';

/** What a hub reads its log by. @category model */
export interface SubscriptionHubOptions {
  readonly runtime: Runtime;
  /** Reads what is durable, at once. What it throws ends the subscription that read. */
  readonly readAll: (options: ReadAllOptions) => LogSlice;
  /** The end of what is durable: a subscription from beyond it fails. Undefined while it is not known. What it throws ends the subscription. */
  readonly head: () => ReadFrom | undefined;
  /**
   * After so many events that a live subscription does not match it is told the checkpoint alone. Default 1,000. With 1 whoever writes
   * to the log for each batch would never end.
   */
  readonly checkpointEvery?: number;
}

/**
 * The subscriptions of a store that holds its log in the same process: they catch up by reading and are then handed
 * what becomes durable, without a gap or a duplicate where one passes into the other. For authors of stores.
 *
 * @category model
 */
export interface SubscriptionHub {
  readonly subscribe: (options: SubscribeOptions) => Subscription;
  /**
   * Hands on what has just become durable: the events that can be read, in order, and the position of the last thing
   * that was written. Called after `readAll` can read them. A subscription whose handler is free gets them at once.
   */
  readonly publish: (events: ReadonlyArray<PositionedEvent>, last: Position) => void;
  /** Something became durable that only reading can tell: every subscription reads on. */
  readonly wake: () => void;
  /** How many subscriptions there are. */
  readonly count: () => number;
  /** Ends all subscriptions as `Failed`. */
  readonly fail: (reason: unknown) => void;
  /** Ends all subscriptions as `Closed`. */
  readonly close: () => void;
  /** Ends all subscriptions without telling anybody, as the death of the process would. */
  readonly abandon: () => void;
}

interface Published {
  readonly events: ReadonlyArray<PositionedEvent>;
  readonly last: Position;
}

interface Subscriber {
  readonly options: SubscribeOptions;
  readonly matches: (stream: string) => boolean;
  readonly batchSize: number;
  /** Undefined where no texts are wanted. */
  readonly texts: TextMemory | undefined;
  /** Everything up to here was delivered or does not match. */
  position: ReadFrom;
  /** How many foreign events have passed since the handler last heard of a checkpoint. */
  unreported: number;
  live: boolean;
  busy: boolean;
  ended: boolean;
  queue: Array<Published>;
  queuedEvents: number;
  health: SubscriptionHealth;
}

const defaultBatchSize = 1_000;
/** A live subscription that lags by more than this many events lets go of them and reads them from the log instead. */
const maxQueuedEvents = 10_000;
/** A live handler hears of a checkpoint alone only after so many foreign events: its own bookkeeping may be foreign. */
const defaultCheckpointEvery = 1_000;

/** A long catch-up leaves the event loop to others between two batches. */
const mustYield = ({ live, busy }: Subscriber): boolean => !live && !busy;

/**
 * Makes a hub: the subscriptions of a store that reads its log at once, and is told what becomes durable.
 *
 * @category constructors
 */
export const createSubscriptionHub = ({ runtime, readAll, head, checkpointEvery = defaultCheckpointEvery }: SubscriptionHubOptions): SubscriptionHub => {
  const subscribers = new Set<Subscriber>();
  /** Set once no subscription of this hub lives any more, nor ever will. */
  let over: SubscriptionHealth | undefined;

  const setHealth = (subscriber: Subscriber, health: SubscriptionHealth): void => {
    if (subscriber.health._tag === health._tag) return;
    subscriber.health = health;
    subscriber.options.onHealth?.(health);
  };

  const end = (subscriber: Subscriber, health: SubscriptionHealth): void => {
    if (subscriber.ended) return;
    subscriber.ended = true;
    subscriber.queue = [];
    subscribers.delete(subscriber);
    setHealth(subscriber, health);
  };

  const deliver = (subscriber: Subscriber, events: ReadonlyArray<PositionedEvent>, checkpoint: Position): void => {
    subscriber.unreported = 0;
    try {
      const result: unknown = subscriber.options.onBatch({ events, checkpoint });
      if (typeof result !== 'object' || result === null || !('then' in result)) return;
      subscriber.busy = true;
      Promise.resolve(result).then(
        () => {
          subscriber.busy = false;
          pump(subscriber);
        },
        (reason: unknown) => {
          end(subscriber, { _tag: 'Failed', reason });
        },
      );
    } catch (reason) {
      end(subscriber, { _tag: 'Failed', reason });
    }
  };

  /** Delivers what was published, in batches; what can't be delivered yet goes back to the head of the queue. */
  const offer = (subscriber: Subscriber, { events, last }: Published): void => {
    const first = events[0];
    const fresh =
      first === undefined || isBefore(subscriber.position, first.position)
        ? events
        : events.filter((event) => isBefore(subscriber.position, event.position));
    const matching = filterByStream(fresh, subscriber.matches);
    subscriber.unreported += Math.max(1, fresh.length - matching.length);
    if (matching.length === 0) {
      subscriber.position = last;
      if (subscriber.unreported >= checkpointEvery) deliver(subscriber, matching, last);
      return;
    }
    for (let from = 0; from < matching.length && !subscriber.ended; from += subscriber.batchSize) {
      if (subscriber.busy) {
        const rest = matching.slice(from);
        subscriber.queue.unshift({ events: rest, last });
        subscriber.queuedEvents += rest.length;
        return;
      }
      const whole = from === 0 && matching.length <= subscriber.batchSize;
      const batch = whole ? matching : matching.slice(from, from + subscriber.batchSize);
      const checkpoint = from + subscriber.batchSize >= matching.length ? last : (batch.at(-1)?.position ?? last);
      subscriber.position = checkpoint;
      deliver(subscriber, batch, checkpoint);
    }
  };

  const readOn = (subscriber: Subscriber): void => {
    let slice: LogSlice;
    try {
      const { prefixes } = subscriber.options;
      const { position: after, batchSize: limit, texts } = subscriber;
      slice = readAll({ after, limit, ...(prefixes === undefined ? {} : { prefixes }), ...(texts === undefined ? {} : { texts }) });
    } catch (reason) {
      end(subscriber, { _tag: 'Failed', reason });
      return;
    }
    subscriber.live = slice.isEnd;
    if (slice.next === 'start' || !isBefore(subscriber.position, slice.next)) return;
    subscriber.position = slice.next;
    deliver(subscriber, slice.events, slice.next);
  };

  /** To go on behind the end of a log (it was put back from a backup) would pass over what comes up to there. */
  const isBehind = (subscriber: Subscriber): boolean => {
    try {
      const last = head();
      if (last === undefined || !isBefore(last, subscriber.position)) return false;
      throw new Error(`The log ends at position ${last}, before position ${subscriber.position}, which was read already: it was put back from a backup, or it is another log.`);
    } catch (reason) {
      end(subscriber, { _tag: 'Failed', reason });
      return true;
    }
  };

  const pump = (subscriber: Subscriber): void => {
    while (!subscriber.ended && !subscriber.busy) {
      if (!subscriber.live) {
        readOn(subscriber);
        if (mustYield(subscriber)) {
          runtime.timers.defer(() => {
            pump(subscriber);
          });
          return;
        }
        continue;
      }
      const next = subscriber.queue.shift();
      if (next === undefined) {
        setHealth(subscriber, { _tag: 'Live' });
        return;
      }
      subscriber.queuedEvents -= next.events.length;
      offer(subscriber, next);
    }
  };

  const letGo = (subscriber: Subscriber): void => {
    subscriber.queue = [];
    subscriber.queuedEvents = 0;
    subscriber.live = false;
    setHealth(subscriber, { _tag: 'CatchingUp' });
  };

  const enqueue = (subscriber: Subscriber, published: Published): void => {
    subscriber.queue.push(published);
    subscriber.queuedEvents += published.events.length;
    if (subscriber.queuedEvents > maxQueuedEvents) letGo(subscriber);
  };

  const endAll = (health: SubscriptionHealth): void => {
    over ??= health;
    for (const subscriber of [...subscribers]) end(subscriber, health);
  };

  return {
    subscribe: (options) => {
      const batchSize = options.batchSize ?? defaultBatchSize;
      if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
        throw new RangeError(`A batch holds 1 event or more, not ${batchSize}.`);
      }
      const subscriber: Subscriber = {
        options,
        matches: matchPrefixes(options.prefixes),
        batchSize,
        texts: options.texts === true ? { bytes: Buffer.alloc(0) } : undefined,
        position: options.after,
        unreported: 0,
        live: false,
        busy: false,
        ended: false,
        queue: [],
        queuedEvents: 0,
        health: { _tag: 'CatchingUp' },
      };
      subscribers.add(subscriber);
      queueMicrotask(() => {
        if (over !== undefined) end(subscriber, over);
        else if (!isBehind(subscriber)) pump(subscriber);
      });
      return {
        health: () => subscriber.health,
        close: () => {
          end(subscriber, { _tag: 'Closed' });
          return Promise.resolve();
        },
      };
    },
    publish: (events, last) => {
      const published: Published = { events, last };
      for (const subscriber of subscribers) {
        if (!subscriber.live || !isBefore(subscriber.position, last)) continue;
        if (subscriber.busy || subscriber.queue.length > 0) enqueue(subscriber, published);
        else offer(subscriber, published);
      }
    },
    wake: () => {
      for (const subscriber of subscribers) {
        if (!subscriber.live) continue;
        subscriber.live = false;
        subscriber.queue = [];
        subscriber.queuedEvents = 0;
        pump(subscriber);
      }
    },
    count: () => subscribers.size,
    fail: (reason) => {
      endAll({ _tag: 'Failed', reason });
    },
    close: () => {
      endAll({ _tag: 'Closed' });
    },
    abandon: () => {
      over ??= { _tag: 'Closed' };
      for (const subscriber of subscribers) subscriber.ended = true;
      subscribers.clear();
    },
  };
};
