import type { StreamNames, UserId } from '@account-data/domain';
import {
  earliest,
  type EventStore,
  isAfter,
  isBefore,
  latest,
  type Position,
  type PositionedEvent,
  type ReadFrom,
  type Revision,
  revisionAfter,
  StreamName,
  type StreamSlice,
} from '@account-data/event-store';
import type { Projection } from '@account-data/projection';
import type { Turns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';

/** A part of what a feed has to catch up with. */
export interface FeedPage {
  readonly events: ReadonlyArray<PositionedEvent>;
  /** All up to here (inclusive) has been read. */
  readonly cursor: ReadFrom;
}

/** What a feed catches up from. */
export interface FeedPageSource {
  readonly store: EventStore;
  readonly turns: Turns;
  readonly prefixes: ReadonlyArray<string>;
  /** With it the feed of one user reads that user's streams instead of the log. */
  readonly index?: {
    readonly names: StreamNames;
    readonly projection: Pick<Projection, 'position' | 'erased' | 'revisionAt' | 'locate'>;
  };
}

/** How much is read ahead of a reader, who may be slow. */
const pageBytes = 64 * 1024;
const pageEvents = 500;

/** What a row read counts for among the work of a turn, in bytes. */
const rowBytes = 1_024;

/** The log after a position (exclusive), up to a position or further, page by page. */
export async function* logPages({ store, turns, prefixes }: FeedPageSource, after: ReadFrom, upTo: ReadFrom): AsyncGenerator<FeedPage, void, void> {
  for (let cursor = after; isBefore(cursor, upTo); ) {
    await turns.next();
    const read = await store.readAll({ after: cursor, prefixes, limit: pageEvents, maxBytes: pageBytes })();
    // Also what does not match was looked at.
    turns.spend(pageBytes);
    if (E.isLeft(read)) throw new StoreError(read.left);
    const { events, next, isEnd } = read.right;
    cursor = isEnd ? latest(next, upTo) : next;
    yield { events, cursor };
    if (isEnd) return;
  }
}

/** One of a user's two streams, read on as it is taken from. */
interface MergeInput {
  readonly stream: StreamName;
  next: Revision;
  ahead: Array<PositionedEvent>;
  isDone: boolean;
}

/**
 * What a user's streams hold after a position, up to one that the projection knows, in the order of the log. It ends where
 * the user is erased: only the log tells of that.
 */
async function* userPages(
  { store, turns }: FeedPageSource,
  { names, projection }: NonNullable<FeedPageSource['index']>,
  { userId, tags }: { readonly userId: UserId; readonly tags: boolean },
  after: ReadFrom,
  upTo: Position,
): AsyncGenerator<FeedPage, void, void> {
  const inputOf = (kind: 'data' | 'tags', name: string): MergeInput => {
    const last = after === 'start' ? 'no-stream' : projection.revisionAt(userId, { position: after }, kind);
    return { stream: StreamName(name), next: revisionAfter(last), ahead: [], isDone: false };
  };
  const inputs = [inputOf('data', names.accountData(userId)), ...(tags ? [inputOf('tags', names.tags(userId))] : [])];

  const fill = async (input: MergeInput): Promise<void> => {
    await turns.next();
    const read = await store.read(input.stream, { from: input.next, limit: pageEvents, maxBytes: pageBytes })();
    if (E.isLeft(read)) throw new StoreError(read.left);
    const events = eventsOf(read.right);
    turns.spend(events.length * rowBytes);
    for (const event of events) {
      const place = projection.locate(input.stream, event.revision);
      input.isDone = place === undefined || isAfter(place.position, upTo);
      if (place === undefined || input.isDone) break;
      input.ahead.push({ ...event, position: place.position });
      input.next = revisionAfter(event.revision);
    }
    if (read.right._tag !== 'Events' || read.right.isEnd || events.length === 0) input.isDone = true;
  };

  let cursor = after;
  for (;;) {
    for (const input of inputs) if (input.ahead.length === 0 && !input.isDone) await fill(input);
    const events = merged(inputs);
    const last = events.at(-1);
    if (last === undefined) break;
    cursor = last.position;
    yield { events, cursor };
  }
  if (isBefore(cursor, upTo)) yield { events: [], cursor: upTo };
}

const eventsOf = (slice: StreamSlice): Extract<StreamSlice, { readonly _tag: 'Events' }>['events'] => (slice._tag === 'Events' ? slice.events : []);

/** Takes what is certain to come next: until a input has to be read on. */
const merged = (inputs: ReadonlyArray<MergeInput>): ReadonlyArray<PositionedEvent> => {
  const events: Array<PositionedEvent> = [];
  for (;;) {
    let first: MergeInput | undefined;
    for (const input of inputs) {
      const [head] = input.ahead;
      if (head === undefined) {
        if (!input.isDone) return events;
      } else if (first?.ahead[0] === undefined || isAfter(first.ahead[0].position, head.position)) first = input;
    }
    const event = first?.ahead.shift();
    if (event === undefined) return events;
    events.push(event);
  }
};

/** What a feed missed: of one user from that user's streams, as far as the projection is, else from the log. */
export async function* feedPages(
  source: FeedPageSource,
  filter: { readonly userId?: string; readonly tags: boolean },
  after: ReadFrom,
  upTo: ReadFrom,
): AsyncGenerator<FeedPage, void, void> {
  const { index } = source;
  const { userId, tags } = filter;
  let cursor = after;
  // Where an erasure stands, only the log tells.
  if (userId !== undefined && index !== undefined && !index.projection.erased(userId)) {
    const known = earliest(index.projection.position(), upTo);
    if (known !== 'start' && isBefore(after, known)) {
      for await (const page of userPages(source, index, { userId: userId as UserId, tags }, after, known)) {
        cursor = page.cursor;
        yield page;
      }
    }
  }
  yield* logPages(source, cursor, upTo);
}
