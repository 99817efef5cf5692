import { maxPageEntries } from '@account-data/domain';
import { Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { HistoryError } from '../errors.js';
import type { HistoryEntry, UserHistoryPage, UserHistoryQuery } from '../History.js';
import { listKeys } from '../model/lists.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import { keyHash, noKeyHash } from '../records/row.js';
import { foundChanges, readEntries, type FoundChange } from './HistoryReader.js';
import type { HistorySource } from './HistorySource.js';
import { rowsWithin, type TimeWindow } from './timeWindow.js';

const defaultLimit = 100;

/** The number of changes that a page may have, refused as `invalid_query` where it is none. @category combinators */
export const checkLimit = (limit: number | undefined): E.Either<HistoryError, number> => {
  const value = limit ?? defaultLimit;
  return Number.isInteger(value) && value >= 1 && value <= maxPageEntries
    ? E.right(value)
    : E.left({
        _tag: 'InvalidQuery',
        code: 'invalid_query',
        path: '/limit',
        message: `The limit is a whole number from 1 to ${maxPageEntries}.`,
      });
};

/** The hashes of the keys that a query is about; undefined for all. */
const hashesOf = (model: ReadModel, userId: string, { roomId, type }: UserHistoryQuery): ReadonlySet<number> | undefined => {
  if (roomId === undefined && type === undefined) return undefined;
  if (roomId !== undefined && type !== undefined) return new Set([keyHash(roomId, type)]);
  return new Set(
    listKeys(model, userId)
      .filter((key) => (roomId === undefined || key.roomId === roomId) && (type === undefined || key.type === type))
      .map((key) => keyHash(key.roomId, key.type)),
  );
};

interface Selection {
  readonly found: ReadonlyArray<FoundChange>;
  readonly next: Revision | undefined;
}

/** The first and the last row that a query may be about, and whether it is about one between. */
export const rowRange = (
  rows: RowReader,
  query: TimeWindow & Pick<UserHistoryQuery, 'direction' | 'from'>,
): { readonly low: number; readonly high: number; readonly has: (index: number) => boolean } => {
  const { direction, from } = query;
  const forwards = direction === 'forwards';
  const { low, high, has } = rowsWithin(rows, query);
  return {
    has,
    low: from !== undefined && forwards ? Math.max(low, rows.last('revision', Number(from) - 1) + 1) : low,
    high: from !== undefined && !forwards ? Math.min(high, rows.last('revision', Number(from))) : high,
  };
};

const select = (model: ReadModel, userId: string, query: UserHistoryQuery, limit: number): Selection => {
  const rows = new RowReader(model, 'data', userId);
  const hashes = hashesOf(model, userId, query);
  const forwards = query.direction === 'forwards';
  const { low, high, has } = rowRange(rows, query);
  const indexes: Array<number> = [];
  let next: Revision | undefined;
  for (let index = forwards ? low : high; index >= low && index <= high; index += forwards ? 1 : -1) {
    const hash = rows.hash(index);
    if (hash === noKeyHash || (hashes !== undefined && !hashes.has(hash)) || !has(index)) continue;
    if (indexes.length === limit) {
      next = Revision(rows.revision(index));
      break;
    }
    indexes.push(index);
  }
  return { found: foundChanges(userId, rows, indexes), next };
};

const matches =
  ({ roomId, type }: UserHistoryQuery) =>
  (entry: HistoryEntry): boolean =>
    (roomId === undefined || entry.roomId === roomId) && (type === undefined || entry.type === type);

/**
 * A page of one user's changes. What is on it is decided at once, from the index; then the events are read. Quarantined
 * events and events of foreign types are no changes.
 *
 * @category constructors
 */
export const userHistory =
  (source: HistorySource) =>
  (userId: string, query: UserHistoryQuery = {}): TE.TaskEither<HistoryError, UserHistoryPage> =>
    pipe(
      TE.fromEither(checkLimit(query.limit)),
      TE.flatMap((limit) => {
        const { found, next } = select(source.live(), userId, query, limit);
        return pipe(
          readEntries(source, found, { direction: query.direction ?? 'backwards', maxBytes: query.maxBytes }),
          TE.map(({ entries, count }): UserHistoryPage => {
            const after = found[count]?.revision ?? next;
            return { entries: entries.filter(matches(query)), ...(after === undefined ? {} : { next: after }) };
          }),
        );
      }),
    );

/** One change of a user. @category constructors */
export const userChange =
  (source: HistorySource) =>
  (userId: string, revision: Revision): TE.TaskEither<HistoryError, HistoryEntry | undefined> =>
    pipe(
      TE.fromIO(() => {
        const rows = new RowReader(source.live(), 'data', userId);
        const index = rows.indexOf(Number(revision));
        return index < 0 ? [] : foundChanges(userId, rows, [index]);
      }),
      TE.flatMap((found) => readEntries(source, found, {})),
      TE.map(({ entries: [entry] }) => entry),
    );
