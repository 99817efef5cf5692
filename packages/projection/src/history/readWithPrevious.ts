import type { EventAddress } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { Sized } from './Change.js';
import type { HistorySource } from './HistorySource.js';
import { type Decode, readPlaces, readPlacesWithin } from './readPlaces.js';
import type { ReadRevisionsOptions } from './readRevisions.js';

/** A row of an index whose event is to be read. @category model */
export interface FoundRow extends EventAddress {
  /** The one that probably changed the same before it. */
  readonly previous: EventAddress | undefined;
}

/** Changes and those before them, by position. @category model */
export interface ChangesRead<A> {
  readonly changes: ReadonlyMap<string, A>;
  /** How many of the changes were read, each with the one before it. */
  readonly count: number;
}

/** Reads changes with those before them, from the first one on, as many as the bound lets through, one at least. */
export const readWithPrevious = async <A extends Sized>(
  source: HistorySource,
  found: ReadonlyArray<FoundRow>,
  decode: Decode<A>,
  options: ReadRevisionsOptions,
): Promise<E.Either<HistoryError, ChangesRead<A>>> => {
  const own = new Set(found.map(({ position }) => position));
  /** Each once: no two changes follow the same one. */
  const before = (changes: ReadonlyArray<FoundRow>): ReadonlyArray<EventAddress> =>
    changes.flatMap(({ previous }) => (previous === undefined || own.has(previous.position) ? [] : [previous]));
  if (options.maxBytes === undefined) {
    const read = await readPlaces(source, [...found, ...before(found)], decode);
    return E.isLeft(read) ? read : E.right({ changes: read.right, count: found.length });
  }
  const first = await readPlacesWithin(source, found, decode, options);
  if (E.isLeft(first)) return first;
  const { unread } = first.right;
  const isRead = ({ position, previous }: FoundRow): boolean => !unread.has(position) && (previous === undefined || !unread.has(previous.position));
  const read = found.slice(0, Math.max(1, firstNot(found, isRead)));
  const rest = await readPlacesWithin(source, [...before(read), ...unreadOf(read[0], unread)], decode, options);
  if (E.isLeft(rest)) return rest;
  const count = firstNot(read, ({ previous }) => previous === undefined || !rest.right.unread.has(previous.position));
  const changes = new Map([...first.right.found, ...rest.right.found]);
  if (count > 0 || read[0] === undefined) return E.right({ changes, count });
  const last = await readPlaces(source, before([read[0]]), decode);
  return E.isLeft(last) ? last : E.right({ changes: new Map([...changes, ...last.right]), count: 1 });
};

/** What was before the first change may be one of the changes that come later on the page. */
const unreadOf = (change: FoundRow | undefined, unread: ReadonlySet<string>): ReadonlyArray<EventAddress> =>
  change?.previous !== undefined && unread.has(change.previous.position) ? [change.previous] : [];

/** The index of the first one of which it does not hold; their number where it holds of all. */
export const firstNot = <A>(items: ReadonlyArray<A>, holds: (item: A) => boolean): number => {
  const index = items.findIndex((item) => !holds(item));
  return index < 0 ? items.length : index;
};
