import type { EventAddress, ReadError, RecordedEvent, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistorySource } from './HistorySource.js';
import { readRevisionsWithin, type ReadRevisionsOptions } from './readRevisions.js';

/** How many events one read asks for at the most, and what it may take, in bytes: the event loop has others to serve, too. */
const maxSlice = 500;
const sliceBytes = 256 * 1024;
/** What a row read counts for among the work of a turn, in bytes. */
const rowBytes = 1_024;
/** Where a store reads streams only, so many of them at once. */
const parallelStreams = 8;

/** The events that were found, by position. What is neither found nor unread is gone from the log. @category model */
export interface PlacesRead {
  readonly found: ReadonlyMap<string, RecordedEvent>;
  /** The positions that the bound left unread. */
  readonly unread: ReadonlySet<string>;
}

type Read = Promise<E.Either<ReadError, PlacesRead>>;

/** From a store that reads events by their places: in one pass, in the order in which they are asked for. */
const readInOrder = async (
  { turns }: Pick<HistorySource, 'turns'>,
  readAt: NonNullable<HistorySource['store']['readAt']>,
  places: ReadonlyArray<EventAddress>,
  maxBytes: number,
): Read => {
  const found = new Map<string, RecordedEvent>();
  let bytes = 0;
  let next = 0;
  while (next < places.length && bytes < maxBytes) {
    await turns.next();
    const asked = next === 0 && places.length <= maxSlice ? places : places.slice(next, next + maxSlice);
    const events = await readAt(asked, { maxBytes: Math.min(sliceBytes, maxBytes - bytes) })();
    if (E.isLeft(events)) return events;
    turns.spend(events.right.length * rowBytes);
    for (const event of events.right) {
      if (event === undefined) continue;
      found.set(event.position, event);
      if (maxBytes !== Infinity) bytes += JSON.stringify(event.data).length;
    }
    next += events.right.length;
  }
  return E.right({ found, unread: new Set(places.slice(next).map(({ position }) => position)) });
};

/** From one that reads streams only: each by itself, the revisions of one together. */
const readStreams = async (source: HistorySource, places: ReadonlyArray<EventAddress>, { direction, maxBytes = Infinity }: ReadRevisionsOptions): Read => {
  const byStream = new Map<StreamName, Array<EventAddress>>();
  for (const place of places) {
    const own = byStream.get(place.stream);
    if (own === undefined) byStream.set(place.stream, [place]);
    else own.push(place);
  }
  const found = new Map<string, RecordedEvent>();
  const unread = new Set<string>();
  const streams = [...byStream];
  let bytes = 0;
  let failure: ReadError | undefined;
  const work = async (): Promise<void> => {
    for (let next = streams.shift(); next !== undefined && failure === undefined; next = streams.shift()) {
      const [stream, own] = next;
      if (bytes >= maxBytes) {
        for (const { position } of own) unread.add(position);
        continue;
      }
      const read = await readRevisionsWithin(source, stream, own.map(({ revision }) => Number(revision)), { direction, maxBytes })();
      if (E.isLeft(read)) {
        failure = read.left;
        return;
      }
      bytes += read.right.bytes;
      for (const { revision, position } of own) {
        const event = read.right.found.get(Number(revision));
        if (event !== undefined) found.set(position, event);
        else if (read.right.unread.has(Number(revision))) unread.add(position);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelStreams, streams.length) }, work));
  return failure === undefined ? E.right({ found, unread }) : E.left(failure);
};

/** Reads events by their places, as many as the bound lets through, one at least. */
export const readPlacesWithin = (source: HistorySource, places: ReadonlyArray<EventAddress>, options: ReadRevisionsOptions): Read => {
  const { readAt } = source.store;
  return readAt === undefined ? readStreams(source, places, options) : readInOrder(source, readAt, places, options.maxBytes ?? Infinity);
};

/** Reads all of them. */
export const readPlaces = async (
  source: HistorySource,
  places: ReadonlyArray<EventAddress>,
): Promise<E.Either<ReadError, ReadonlyMap<string, RecordedEvent>>> => E.map(({ found }: PlacesRead) => found)(await readPlacesWithin(source, places, {}));
