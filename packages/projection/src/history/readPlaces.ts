import type { EventAddress, PositionedEvent, RecordedEvent, StreamName, TextMemory } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { Sized } from './Change.js';
import type { HistorySource } from './HistorySource.js';
import { readRevisionsWithin, type ReadRevisionsOptions } from './readRevisions.js';

/** How many events one read asks for at the most, and what it may take, in bytes: the event loop has others to serve, too. */
const maxSlice = 500;
const sliceBytes = 256 * 1024;
/** What a row read counts for among the work of a turn, in bytes. */
const rowBytes = 1_024;
/** Where a store reads streams only, so many of them at once. */
const parallelStreams = 8;

/** What is made of an event while it is there: its text may be gone after that. Undefined where it is left out. @category model */
export type Decode<A> = (event: RecordedEvent) => E.Either<HistoryError, A | undefined>;

/** What was found, by position. What is neither found nor unread is gone from the log, or left out. @category model */
export interface PlacesRead<A> {
  readonly found: ReadonlyMap<string, A>;
  /** The positions that the bound left unread. */
  readonly unread: ReadonlySet<string>;
}

type Read<A> = Promise<E.Either<HistoryError, PlacesRead<A>>>;

/** Memory for texts, which is lent to one read after the other; several may be under way. */
const memories: Array<TextMemory> = [];
const mostMemories = 4;
const largestMemory = 1024 * 1024;

const giveBack = (memory: TextMemory): void => {
  if (memories.length < mostMemories && memory.bytes.length <= largestMemory) memories.push(memory);
};

/** Decodes the events of a slice into what was found; gives how many bytes their data are, of what has a bound. */
const take = <A extends Sized>(
  found: Map<string, A>,
  places: ReadonlyArray<EventAddress>,
  events: ReadonlyArray<PositionedEvent | undefined>,
  decode: Decode<A>,
  isBounded: boolean,
): E.Either<HistoryError, number> => {
  let bytes = 0;
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index];
    const place = places[index];
    if (event === undefined || place === undefined) continue;
    const decoded = decode(event);
    if (E.isLeft(decoded)) return decoded;
    if (isBounded) bytes += decoded.right?.bytes ?? JSON.stringify(event.data).length;
    if (decoded.right !== undefined) found.set(place.position, decoded.right);
  }
  return E.right(bytes);
};

/** From a store that reads events by their places: in one pass, in the order in which they are asked for. */
const readInOrder = async <A extends Sized>(
  { turns }: Pick<HistorySource, 'turns'>,
  readAt: NonNullable<HistorySource['store']['readAt']>,
  places: ReadonlyArray<EventAddress>,
  decode: Decode<A>,
  maxBytes: number,
): Read<A> => {
  const found = new Map<string, A>();
  const texts = memories.pop() ?? { bytes: Buffer.alloc(0) };
  let bytes = 0;
  let next = 0;
  while (next < places.length && bytes < maxBytes) {
    await turns.next();
    const asked = next === 0 && places.length <= maxSlice ? places : places.slice(next, next + maxSlice);
    const events = await readAt(asked, { maxBytes: Math.min(sliceBytes, maxBytes - bytes), texts })();
    if (E.isLeft(events)) return events;
    turns.spend(events.right.length * rowBytes);
    const taken = take(found, asked, events.right, decode, maxBytes !== Infinity);
    if (E.isLeft(taken)) return taken;
    bytes += taken.right;
    next += events.right.length;
  }
  giveBack(texts);
  return E.right({ found, unread: new Set(places.slice(next).map(({ position }) => position)) });
};

/** From one that reads streams only: each by itself, the revisions of one together. */
const readStreams = async <A>(
  source: HistorySource,
  places: ReadonlyArray<EventAddress>,
  decode: Decode<A>,
  { direction, maxBytes = Infinity }: ReadRevisionsOptions,
): Read<A> => {
  const byStream = new Map<StreamName, Array<EventAddress>>();
  for (const place of places) {
    const own = byStream.get(place.stream);
    if (own === undefined) byStream.set(place.stream, [place]);
    else own.push(place);
  }
  const found = new Map<string, A>();
  const unread = new Set<string>();
  const streams = [...byStream];
  let bytes = 0;
  let failure: HistoryError | undefined;
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
        if (event === undefined) {
          if (read.right.unread.has(Number(revision))) unread.add(position);
          continue;
        }
        const decoded = decode(event);
        if (E.isLeft(decoded)) {
          failure = decoded.left;
          return;
        }
        if (decoded.right !== undefined) found.set(position, decoded.right);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelStreams, streams.length) }, work));
  return failure === undefined ? E.right({ found, unread }) : E.left(failure);
};

/** Reads events by their places, as many as the bound lets through, one at least. */
export const readPlacesWithin = <A extends Sized>(
  source: HistorySource,
  places: ReadonlyArray<EventAddress>,
  decode: Decode<A>,
  options: ReadRevisionsOptions,
): Read<A> => {
  const { readAt } = source.store;
  return readAt === undefined ? readStreams(source, places, decode, options) : readInOrder(source, readAt, places, decode, options.maxBytes ?? Infinity);
};

/** Reads all of them; gives them by position. */
export const readPlaces = async <A extends Sized>(
  source: HistorySource,
  places: ReadonlyArray<EventAddress>,
  decode: Decode<A>,
): Promise<E.Either<HistoryError, ReadonlyMap<string, A>>> => E.map(({ found }: PlacesRead<A>) => found)(await readPlacesWithin(source, places, decode, {}));
