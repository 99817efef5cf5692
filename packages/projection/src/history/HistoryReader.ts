import type { EventAddress, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HistoryError } from '../errors.js';
import type { HistoryEntry } from '../History.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import { keyHash } from '../records/row.js';
import type { Change } from './Change.js';
import { changeOf, historyEntryOf } from './changeOf.js';
import { previousRows } from './previousRows.js';
import type { HistorySource } from './HistorySource.js';
import { readPlaces } from './readPlaces.js';
import type { ReadRevisionsOptions } from './readRevisions.js';
import { type FoundRow, readWithPrevious } from './readWithPrevious.js';

/** A change that was found in the index: its event is still to be read. @category model */
export interface FoundChange extends FoundRow {
  readonly userId: string;
  readonly time: number;
}

/** What the index says of those rows, as one moment; of the one before each, the one of the same hash. @category destructors */
export const foundChanges = (userId: string, rows: RowReader, indexes: ReadonlyArray<number>): ReadonlyArray<FoundChange> => {
  const previous = previousRows(rows, indexes);
  return indexes.map((index) => {
    const { stream, revision, position } = rows.address(index);
    const before = previous.get(index);
    return { userId, stream, revision, position, time: rows.time(index), previous: before === undefined ? undefined : rows.address(before) };
  });
};

const sameKey = (a: Change, b: Change): boolean => a.data.roomId === b.data.roomId && a.data.type === b.data.type;

/** The last row before `revision` that has the hash of that key. @category destructors */
export const hashBefore = (
  model: ReadModel,
  userId: string,
  roomId: string | null,
  type: string,
  revision: number,
): EventAddress | undefined => {
  const rows = new RowReader(model, 'data', userId);
  const hash = keyHash(roomId, type);
  for (let index = rows.last('revision', revision - 1); index >= 0; index -= 1) {
    if (rows.hash(index) === hash) return rows.address(index);
  }
  return undefined;
};

/** Another key has the same hash: goes back until the change's own key comes. */
const searchPrevious = async (
  source: HistorySource,
  change: Change,
  revision: Revision,
): Promise<E.Either<HistoryError, Change | undefined>> => {
  const { userId, roomId, type } = change.data;
  let before = hashBefore(source.live(), userId, roomId, type, Number(revision));
  while (before !== undefined) {
    const changes = await readPlaces(source, [before], changeOf);
    if (E.isLeft(changes)) return changes;
    const found = changes.right.get(before.position);
    if (found !== undefined && sameKey(found, change)) return E.right(found);
    before = hashBefore(source.live(), userId, roomId, type, Number(before.revision));
  }
  return E.right(undefined);
};

/** Changes as they were read, and how far the bound let the page go. @category model */
export interface EntriesRead {
  readonly entries: ReadonlyArray<HistoryEntry>;
  /** How many of the changes that were found are told, or gone: the bound ended the page behind them. */
  readonly count: number;
}

/**
 * Reads what was found, in the order in which it was found, each change with what was there before; not more of it than
 * the bound lets through. Events that are gone from the store, and users erased meanwhile, are left out.
 *
 * @category combinators
 */
export const readEntries =
  (source: HistorySource, found: ReadonlyArray<FoundChange>, options: ReadRevisionsOptions): TE.TaskEither<HistoryError, EntriesRead> =>
  async () => {
    const read = await readWithPrevious(source, found, changeOf, options);
    if (E.isLeft(read)) return read;
    const { changes, count } = read.right;
    const entries: Array<HistoryEntry> = [];
    for (const place of found.slice(0, count)) {
      const change = changes.get(place.position);
      if (change === undefined) continue;
      let before = place.previous === undefined ? undefined : changes.get(place.previous.position);
      if (place.previous !== undefined && before !== undefined && !sameKey(before, change)) {
        const searched = await searchPrevious(source, change, place.previous.revision);
        if (E.isLeft(searched)) return searched;
        before = searched.right;
      }
      entries.push(historyEntryOf(change, place, before));
    }
    const { erased } = source.live();
    return E.right({ count, entries: erased.size === 0 ? entries : entries.filter(({ userId }) => !erased.has(userId)) });
  };
