import type { EventAddress, RecordedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { HistorySource } from './HistorySource.js';
import { readPlaces, readPlacesWithin } from './readPlaces.js';
import type { ReadRevisionsOptions } from './readRevisions.js';

/** A row of an index whose event is to be read. @category model */
export interface FoundRow extends EventAddress {
  /** The one that probably changed the same before it. */
  readonly previous: EventAddress | undefined;
}

/** The events of changes and of those before them, by position. @category model */
export interface EventsRead {
  readonly events: ReadonlyMap<string, RecordedEvent>;
  /** How many of the changes were read, each with the one before it. */
  readonly count: number;
}

/** Reads changes with those before them, from the first one on, as many as the bound lets through, one at least. */
export const readWithPrevious = async (
  source: HistorySource,
  found: ReadonlyArray<FoundRow>,
  options: ReadRevisionsOptions,
): Promise<E.Either<HistoryError, EventsRead>> => {
  const own = new Set(found.map(({ position }) => position));
  /** Each once: no two changes follow the same one. */
  const before = (changes: ReadonlyArray<FoundRow>): ReadonlyArray<EventAddress> =>
    changes.flatMap(({ previous }) => (previous === undefined || own.has(previous.position) ? [] : [previous]));
  if (options.maxBytes === undefined) {
    const events = await readPlaces(source, [...found, ...before(found)]);
    return E.isLeft(events) ? events : E.right({ events: events.right, count: found.length });
  }
  const changes = await readPlacesWithin(source, found, options);
  if (E.isLeft(changes)) return changes;
  const { unread } = changes.right;
  const isRead = ({ position, previous }: FoundRow): boolean => !unread.has(position) && (previous === undefined || !unread.has(previous.position));
  const read = found.slice(0, Math.max(1, firstNot(found, isRead)));
  const rest = await readPlacesWithin(source, [...before(read), ...unreadOf(read[0], unread)], options);
  if (E.isLeft(rest)) return rest;
  const count = firstNot(read, ({ previous }) => previous === undefined || !rest.right.unread.has(previous.position));
  const events = new Map([...changes.right.found, ...rest.right.found]);
  if (count > 0 || read[0] === undefined) return E.right({ events, count });
  const first = await readPlaces(source, before([read[0]]));
  return E.isLeft(first) ? first : E.right({ events: new Map([...events, ...first.right]), count: 1 });
};

/** What was before the first change may be one of the changes that come later on the page. */
const unreadOf = (change: FoundRow | undefined, unread: ReadonlySet<string>): ReadonlyArray<EventAddress> =>
  change?.previous !== undefined && unread.has(change.previous.position) ? [change.previous] : [];

/** The index of the first one of which it does not hold; their number where it holds of all. */
export const firstNot = <A>(items: ReadonlyArray<A>, holds: (item: A) => boolean): number => {
  const index = items.findIndex((item) => !holds(item));
  return index < 0 ? items.length : index;
};
