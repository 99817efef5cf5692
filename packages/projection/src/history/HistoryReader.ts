import { type Position, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HistoryError } from '../errors.js';
import type { HistoryEntry } from '../History.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import { keyHash } from '../records/row.js';
import { changeOf, historyEntryOf, type Change } from './changeOf.js';
import { previousRows } from './previousRows.js';
import { readRevisions, type ReadRevisionsOptions } from './readRevisions.js';
import type { HistorySource } from './HistorySource.js';
import { firstNot, readWithPrevious } from './readWithPrevious.js';

/** A change that was found in the index: its event is still to be read. @category model */
export interface FoundChange {
  readonly userId: string;
  readonly revision: number;
  readonly position: Position;
  readonly time: number;
  /** The revision that probably changed the same key before it: its hash is the same. */
  readonly previous: number | undefined;
}

/** What the index says of those rows, as one moment. @category destructors */
export const foundChanges = (userId: string, rows: RowReader, indexes: ReadonlyArray<number>): ReadonlyArray<FoundChange> => {
  const previous = previousRows(rows, indexes);
  return indexes.map((index) => {
    const before = previous.get(index);
    const { position, time } = rows.place(index);
    return {
      userId,
      revision: rows.revision(index),
      position,
      time,
      previous: before === undefined ? undefined : rows.revision(before),
    };
  });
};

const sameKey = (a: Change, b: Change): boolean => a.data.roomId === b.data.roomId && a.data.type === b.data.type;

/** Reads one event; undefined where it is gone or no change of account data. @category combinators */
export const readChange =
  (source: HistorySource, userId: string, revision: number): TE.TaskEither<HistoryError, Change | undefined> =>
  async () => {
    const events = await readRevisions(source, source.live().names.accountDataPrefix + userId, [revision])();
    if (E.isLeft(events)) return events;
    const event = events.right.get(revision);
    return event === undefined ? E.right(undefined) : changeOf(event);
  };

/** The last revision before `revision` whose row has the hash of that key. @category destructors */
export const hashBefore = (
  model: ReadModel,
  userId: string,
  roomId: string | null,
  type: string,
  revision: number,
): number | undefined => {
  const rows = new RowReader(model, 'data', userId);
  const hash = keyHash(roomId, type);
  for (let index = rows.last('revision', revision - 1); index >= 0; index -= 1) {
    if (rows.hash(index) === hash) return rows.revision(index);
  }
  return undefined;
};

/** Another key has the same hash: goes back until the change's own key comes. */
const searchPrevious = async (
  source: HistorySource,
  change: Change,
  revision: number,
): Promise<E.Either<HistoryError, Change | undefined>> => {
  const { userId, roomId, type } = change.data;
  let before = hashBefore(source.live(), userId, roomId, type, revision);
  while (before !== undefined) {
    const found = await readChange(source, userId, before)();
    if (E.isLeft(found)) return found;
    if (found.right !== undefined && sameKey(found.right, change)) return found;
    before = hashBefore(source.live(), userId, roomId, type, before);
  }
  return E.right(undefined);
};

const entriesOfUser = async (
  source: HistorySource,
  userId: string,
  found: ReadonlyArray<FoundChange>,
  options: ReadRevisionsOptions,
): Promise<E.Either<HistoryError, EntriesRead>> => {
  const read = await readWithPrevious(source, source.live().names.accountDataPrefix + userId, found, options);
  if (E.isLeft(read)) return read;
  const { events, count } = read.right;
  const changes = new Map<number, Change>();
  for (const [revision, event] of events) {
    const change = changeOf(event);
    if (E.isLeft(change)) return change;
    if (change.right !== undefined) changes.set(revision, change.right);
  }
  const entries: Array<HistoryEntry> = [];
  for (const { revision, previous, position, time } of found.slice(0, count)) {
    const change = changes.get(revision);
    if (change === undefined) continue;
    let before = previous === undefined ? undefined : changes.get(previous);
    if (previous !== undefined && before !== undefined && !sameKey(before, change)) {
      const searched = await searchPrevious(source, change, previous);
      if (E.isLeft(searched)) return searched;
      before = searched.right;
    }
    entries.push(historyEntryOf(change, { position, time }, before));
  }
  return E.right({ entries, count });
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
    const only = found[0]?.userId;
    if (only !== undefined && found.every(({ userId }) => userId === only)) {
      const read = await entriesOfUser(source, only, found, options);
      return E.isRight(read) && source.live().erased.has(only) ? E.right({ ...read.right, entries: [] }) : read;
    }
    const byUser = new Map<string, Array<FoundChange>>();
    for (const change of found) {
      const own = byUser.get(change.userId);
      if (own === undefined) byUser.set(change.userId, [change]);
      else own.push(change);
    }
    const entries = new Map<string, HistoryEntry>();
    const unread = new Set<FoundChange>();
    const users = [...byUser];
    let bytes = 0;
    let failure: HistoryError | undefined;
    const work = async (): Promise<void> => {
      for (let next = users.shift(); next !== undefined && failure === undefined; next = users.shift()) {
        const [userId, own] = next;
        if (bytes >= (options.maxBytes ?? Infinity)) {
          for (const change of own) unread.add(change);
          continue;
        }
        const read = await entriesOfUser(source, userId, own, options);
        if (E.isLeft(read)) {
          failure = read.left;
          return;
        }
        for (const change of own.slice(read.right.count)) unread.add(change);
        for (const entry of read.right.entries) {
          entries.set(`${entry.revision} ${entry.userId}`, entry);
          if (options.maxBytes !== undefined) bytes += JSON.stringify([entry.content, entry.previousContent]).length;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(8, users.length) }, work));
    if (failure !== undefined) return E.left(failure);
    const count = firstNot(found, (change) => !unread.has(change));
    const { erased } = source.live();
    return E.right({
      count,
      entries: found.slice(0, count).flatMap(({ userId, revision }) => {
        const entry = erased.has(userId) ? undefined : entries.get(`${Revision(revision)} ${userId}`);
        return entry === undefined ? [] : [entry];
      }),
    });
  };
