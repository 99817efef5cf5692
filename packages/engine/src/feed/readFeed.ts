import { isBefore, Position, type ReadFrom } from '@account-data/event-store';
import { pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ErasedUsers } from '../erasure/ErasedUsers.js';
import { StoreError } from '../exceptions.js';
import type { LogPlaces } from '../log/logPlaces.js';
import { FeedConsumer } from './FeedConsumer.js';
import { type FeedDecoder, type FeedEvent, type FeedFilter, type FeedItem, type FeedPositionLost, feedMatcher } from './FeedEvent.js';
import type { FeedHub } from './FeedHub.js';
import { type FeedPageSource, feedPages } from './feedPages.js';

/** Where a feed begins and what it tells. @category model */
export interface FeedOptions {
  /** Exclusive. `now`: what comes from here on. */
  readonly after: ReadFrom | 'now';
  /** The epoch of the position that was kept beside it (`epochAt`): then it is told of where it was lost. */
  readonly epoch?: string;
  readonly filter?: FeedFilter;
  /**
   * After so many milliseconds without an event a {@link FeedItem} `Progress` says how far the feed is, so that a reader
   * of little never has to read much again, also while it catches up with a long log. Default 15,000.
   */
  readonly heartbeat?: number;
  /** Ends when everything was given that was there when it was asked for, instead of going on. Default false. */
  readonly toEnd?: boolean;
  /** Ends the feed. */
  readonly signal?: AbortSignal;
}

/** What a feed reads with. */
export interface FeedSource extends FeedPageSource {
  readonly runtime: Runtime;
  readonly hub: FeedHub;
  readonly decode: FeedDecoder;
  /** The log may go on showing what they had; they are told of by the event of their erasure alone. */
  readonly erased: ErasedUsers;
  /** Absent where there is no projection to ask. */
  readonly places?: LogPlaces;
}

/**
 * Changes in the order of the log, from a position on and then as they happen, without gap or duplicate. The reader sets
 * the pace: nothing is read ahead of it beyond a bounded queue. Nothing of a user is given once its erasure is recorded:
 * the erasures are read again before anything read from the store is given.
 *
 * @throws StoreError where the store fails for good
 */
export async function* readFeed(source: FeedSource, options: FeedOptions): AsyncGenerator<FeedItem, void, void> {
  const { store, runtime, hub, decode, erased, index } = source;
  const filter = options.filter ?? {};
  const matches = feedMatcher(filter);
  const isGone = (event: FeedEvent): boolean => event._tag !== 'UserErased' && (erased.has(event.userId) || index?.projection.erased(event.userId) === true);
  const wanted = { ...(filter.userId === undefined ? {} : { userId: filter.userId }), tags: filter.tags === true && filter.type === undefined };
  const heartbeat = options.heartbeat ?? 15_000;
  const stopped = (): boolean => options.signal?.aborted === true;
  let after: ReadFrom | 'now' = options.after;
  /** Where the reader is by what it was told. */
  let known: ReadFrom = after === 'now' ? 'start' : after;

  const lost = await lostPosition(source, options);
  if (lost !== undefined) {
    yield lost;
    after = lost.position;
    known = lost.position;
  }

  while (!stopped()) {
    const head = await store.head()();
    if (E.isLeft(head)) throw new StoreError(head.left);
    const consumer = new FeedConsumer(matches);
    const wake = (): void => {
      consumer.wake();
    };
    options.signal?.addEventListener('abort', wake);
    try {
      const joined = hub.join(consumer, filter.userId, head.right);
      let cursor: ReadFrom = after === 'now' ? joined : after;
      let told = runtime.clock.monotonic();

      for await (const page of feedPages(source, wanted, cursor, joined)) {
        if (stopped()) return;
        if (page.events.length > 0) await erased.refresh();
        for (const stored of page.events) {
          const event = decode(stored);
          if (event === undefined || !matches(event) || isGone(event)) continue;
          known = event.position;
          yield event;
          if (stopped()) return;
          told = runtime.clock.monotonic();
        }
        ({ cursor } = page);
        if (isBefore(cursor, joined) && cursor !== 'start' && runtime.clock.monotonic() - told >= heartbeat) {
          yield* progressAt(source, cursor, known);
          told = runtime.clock.monotonic();
        }
      }
      if (stopped()) return;
      after = cursor;
      if (cursor !== 'start') yield* progressAt(source, cursor, known);
      if (options.toEnd === true) return;

      while (!stopped() && !consumer.overflowed) {
        const events = consumer.take(cursor);
        for (const event of events) {
          cursor = event.position;
          after = cursor;
          if (isGone(event)) continue;
          known = event.position;
          yield event;
          if (stopped()) return;
        }
        if (events.length > 0) continue;
        if (consumer.failure !== undefined) throw asError(consumer.failure);
        const seen = hub.position;
        const beat = { due: false };
        const cancel = runtime.timers.setBackgroundTimeout(() => {
          beat.due = true;
          consumer.wake();
        }, heartbeat);
        await consumer.wait();
        cancel();
        if (!beat.due) continue;
        // Nothing of this reader lies at or before what the hub had offered when the wait began.
        if (isBefore(cursor, seen) && seen !== 'start') {
          cursor = seen;
          after = cursor;
        }
        if (cursor !== 'start') yield* progressAt(source, cursor, known);
      }
    } finally {
      options.signal?.removeEventListener('abort', wake);
      hub.leave(consumer, filter.userId);
    }
  }
}

/** How far the feed is; nothing where there is no position to give out yet. */
async function* progressAt({ places }: FeedSource, cursor: Position, known: ReadFrom): AsyncGenerator<FeedItem, void, void> {
  const position = places === undefined ? cursor : await places.progressAt(cursor, known);
  if (position !== 'start') yield { _tag: 'Progress', position };
}

/** How long a position may seem lost, in milliseconds: the node that was asked may lag behind another. */
const patience = 1_000;

/** Said before anything else, where the reader comes from another history than this log's. */
const lostPosition = async (
  { places, runtime }: FeedSource,
  { after, epoch }: FeedOptions,
): Promise<FeedPositionLost | undefined> => {
  if (places === undefined || after === 'now' || after === 'start') return undefined;
  if ((await places.placeOf(after, epoch)) !== 'lost') return undefined;
  await pause(runtime, patience);
  if ((await places.placeOf(after, epoch)) !== 'lost') return undefined;
  const shared = epoch === undefined ? 'start' : places.endOfEpoch(epoch);
  return { _tag: 'PositionLost', position: shared === 'start' ? Position(0) : shared, lost: after };
};

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('The feed ended.', { cause: reason });
