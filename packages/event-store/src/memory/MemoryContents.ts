import { isAfter, Position, type ReadFrom, Revision } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { batchBytes, eventBytes, maxBatchBytes } from '../batchBytes.js';
import type { AppendError, RevisionConflict, StreamTombstoned } from '../errors.js';
import type { PositionedEvent, ProposedEvent, RecordedEvent } from '../Event.js';
import type {
  AppendResult,
  EventAddress,
  LogSlice,
  ReadAllOptions,
  ReadAtOptions,
  ReadStreamOptions,
  StreamMetadata,
  StreamSlice,
} from '../EventStore.js';
import { frozenJson } from '../frozenJson.js';
import { matchPrefixes } from '../matchPrefixes.js';
import type { ExpectedRevision } from '../expectations.js';
import type { StreamName } from '../StreamName.js';
import { actualRevision, emptyStream, firstReadable, type MemoryStream } from './MemoryStream.js';

/** What a crash leaves behind. @category model */
export interface MemoryContents {
  readonly streams: Map<string, MemoryStream>;
  readonly log: Array<PositionedEvent>;
  /** The stream and revision each event id was last appended at: how `any` finds out that it was appended before. */
  readonly ids: Map<string, { readonly stream: string; readonly revision: number }>;
  nextPosition: bigint;
}

/** A log without events. @category constructors */
export const emptyContents = (): MemoryContents => ({
  streams: new Map(),
  log: [],
  ids: new Map(),
  nextPosition: 0n,
});

const conflict = (stream: StreamName, expected: ExpectedRevision, found: MemoryStream | undefined): RevisionConflict => ({
  _tag: 'RevisionConflict',
  code: 'revision_conflict',
  stream,
  expected,
  actual: actualRevision(found),
});

const tombstoned = (stream: StreamName): StreamTombstoned => ({ _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream });

/** The revision the batch's first event has, if all of its ids stand there in a row already. */
const findRepeated = (
  contents: MemoryContents,
  name: StreamName,
  events: ReadonlyArray<ProposedEvent>,
  expected: ExpectedRevision,
): 'new' | 'partly' | { readonly first: number } => {
  const stream = contents.streams.get(name);
  if (stream === undefined) return 'new';
  if (expected === 'any') {
    const places = events.map(({ id }) => contents.ids.get(id));
    const first = places[0];
    if (first?.stream !== name) return 'new';
    return places.every((place) => place?.stream === name) ? { first: first.revision } : 'partly';
  }
  const first = expected === 'no-stream' ? 0 : Number(expected) + 1;
  if (first >= stream.events.length) return 'new';
  return events.every(({ id }, index) => stream.events[first + index]?.id === id) ? { first } : 'partly';
};

const expectationHolds = (stream: MemoryStream | undefined, expected: ExpectedRevision): boolean =>
  expected === 'any' || expected === actualRevision(stream);

/** An event that cannot be changed but for what its readers, who all get this object, decode it to. */
const shared = (event: PositionedEvent): PositionedEvent => {
  let decoded: PositionedEvent['decoded'];
  const get = (): PositionedEvent['decoded'] => decoded;
  const set = (decoding: PositionedEvent['decoded']): void => {
    decoded = decoding;
  };
  // Not enumerable: it is no part of the event's text.
  return Object.freeze(Object.defineProperty({ ...event }, 'decoded', { get, set }));
};

/**
 * Appends as EventStoreDB documents it ("Optimistic concurrency and idempotence"): the same ids again, from the
 * expected revision on, are acknowledged and not stored; some of them, or others, are a conflict.
 *
 * @category combinators
 */
export const appendTo = (
  contents: MemoryContents,
  name: StreamName,
  events: ReadonlyArray<ProposedEvent>,
  expected: ExpectedRevision,
  created: number,
): E.Either<AppendError, AppendResult> => {
  const bytes = batchBytes(events);
  if (bytes > maxBatchBytes) return E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes, limit: maxBatchBytes });
  const found = contents.streams.get(name);
  if (found?.tombstoned === true) return E.left(tombstoned(name));
  const repeated = findRepeated(contents, name, events, expected);
  if (repeated === 'partly') return E.left(conflict(name, expected, found));
  if (repeated !== 'new') {
    const last = repeated.first + events.length - 1;
    const position = found?.positions[last];
    return E.right(position === undefined ? { revision: Revision(last) } : { revision: Revision(last), position });
  }
  if (!expectationHolds(found, expected)) return E.left(conflict(name, expected, found));
  const stream = found ?? emptyStream();
  contents.streams.set(name, stream);
  let position = Position(contents.nextPosition);
  for (const proposed of events) {
    const revision = stream.events.length;
    position = Position(contents.nextPosition);
    const recorded = {
      stream: name,
      revision: Revision(revision),
      id: proposed.id,
      type: proposed.type,
      data: frozenJson(proposed.data),
      metadata: frozenJson(proposed.metadata),
      created,
    };
    stream.events.push(Object.freeze(recorded));
    stream.positions.push(position);
    contents.log.push(shared({ ...recorded, position }));
    contents.ids.set(proposed.id, { stream: name, revision });
    // Positions leave gaps, as EventStoreDB's do, so that nobody comes to rely on there being none.
    contents.nextPosition += BigInt(eventBytes(proposed));
  }
  return E.right({ revision: Revision(stream.events.length - 1), position });
};

/** Replaces a stream's metadata, also of a stream without events. @category combinators */
export const setMetadata = (
  contents: MemoryContents,
  name: StreamName,
  metadata: StreamMetadata,
): E.Either<StreamTombstoned, void> => {
  const stream = contents.streams.get(name) ?? emptyStream();
  if (stream.tombstoned) return E.left(tombstoned(name));
  contents.streams.set(name, stream);
  stream.metadata = { ...metadata };
  return E.right(undefined);
};

/**
 * Deletes a stream for good; `keepInLog` leaves its events in the whole log, as EventStoreDB does until a scavenge.
 *
 * @category combinators
 */
export const tombstoneIn = (contents: MemoryContents, name: StreamName, keepInLog: boolean): void => {
  const stream = contents.streams.get(name) ?? emptyStream();
  contents.streams.set(name, { ...emptyStream(), tombstoned: true });
  if (keepInLog || stream.events.length === 0) return;
  const kept = contents.log.filter((event) => event.stream !== name);
  contents.log.splice(0, contents.log.length, ...kept);
};

/** Reads a slice of one stream. @category destructors */
export const readStream = (contents: MemoryContents, name: StreamName, options: ReadStreamOptions): StreamSlice => {
  const stream = contents.streams.get(name);
  if (stream?.tombstoned === true) return { _tag: 'Tombstoned' };
  if (stream === undefined || stream.events.length === 0) return { _tag: 'NoStream' };
  const first = firstReadable(stream);
  const length = stream.events.length;
  if (options.direction === 'backwards') {
    const start = options.from === undefined ? length - 1 : Math.min(Number(options.from), length - 1);
    const events = within(stream.events.slice(Math.max(first, start - options.limit + 1), start + 1).reverse(), options.maxBytes);
    return { _tag: 'Events', events, isEnd: start + 1 - events.length <= first };
  }
  const start = Math.max(first, Number(options.from ?? 0n));
  const events = within(stream.events.slice(start, start + options.limit), options.maxBytes);
  return { _tag: 'Events', events, isEnd: start + events.length >= length };
};

const sizes = new WeakMap<RecordedEvent, number>();

/** Events never change: each is measured once. */
const sizeOf = (event: RecordedEvent): number => {
  const known = sizes.get(event);
  if (known !== undefined) return known;
  const size = eventBytes(event);
  sizes.set(event, size);
  return size;
};

/** The first ones that take no more bytes, but one at least. */
const within = <A extends RecordedEvent>(events: ReadonlyArray<A>, maxBytes: number | undefined): ReadonlyArray<A> => {
  if (maxBytes === undefined) return events;
  let bytes = 0;
  const end = events.findIndex((event, index) => (bytes += sizeOf(event)) > maxBytes && index > 0);
  return end < 0 ? events : events.slice(0, end);
};

/** The position of the last event; `start` of an empty log. @category destructors */
export const headOf = (contents: MemoryContents): ReadFrom => contents.log.at(-1)?.position ?? 'start';

const firstAfter = (log: ReadonlyArray<PositionedEvent>, after: ReadFrom): number => {
  if (after === 'start') return 0;
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = log[middle];
    if (event !== undefined && !isAfter(event.position, after)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The events of the log from a position on (inclusive). @category destructors */
export const eventsFrom = ({ log }: MemoryContents, from: bigint): ReadonlyArray<PositionedEvent> =>
  log.slice(from === 0n ? 0 : firstAfter(log, Position(from - 1n)));

/** Reads a slice of the whole log. @category destructors */
export const readLog = (contents: MemoryContents, options: ReadAllOptions): LogSlice => {
  const { log } = contents;
  const matches = matchPrefixes(options.prefixes);
  const events: Array<PositionedEvent> = [];
  let next: ReadFrom = options.after;
  let index = firstAfter(log, options.after);
  let bytes = 0;
  for (; index < log.length && events.length < options.limit; index += 1) {
    const event = log[index];
    if (event === undefined) break;
    if (matches(event.stream)) {
      if (options.maxBytes !== undefined && (bytes += sizeOf(event)) > options.maxBytes && events.length > 0) break;
      events.push(event);
    }
    next = event.position;
  }
  return { events, next, isEnd: index >= log.length };
};

/** Reads the events at places of the log. @category destructors */
export const readAddresses = (
  { log, streams }: MemoryContents,
  places: ReadonlyArray<EventAddress>,
  { maxBytes = Infinity }: ReadAtOptions,
): ReadonlyArray<PositionedEvent | undefined> => {
  const events: Array<PositionedEvent | undefined> = [];
  let bytes = 0;
  for (const { stream, revision, position } of places) {
    const found = log[firstAfter(log, position) - 1];
    const isIt = found?.position === position && found.stream === stream && found.revision === revision && streams.get(stream)?.tombstoned !== true;
    if (isIt) bytes += sizeOf(found);
    if (bytes > maxBytes && events.length > 0) break;
    events.push(isIt ? found : undefined);
  }
  return events;
};
