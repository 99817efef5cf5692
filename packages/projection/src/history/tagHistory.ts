import type { JsonObject } from '@account-data/domain';
import { type EventAddress, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { HistoryError } from '../errors.js';
import type { TagHistoryEntry, TagHistoryPage, TagHistoryQuery } from '../History.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import { keyHash, noKeyHash } from '../records/row.js';
import { factsOf } from './changeOf.js';
import type { HistorySource } from './HistorySource.js';
import { previousRows } from './previousRows.js';
import { readPlaces } from './readPlaces.js';
import { type FoundRow, readWithPrevious } from './readWithPrevious.js';
import { tagChangeOf, type TagChange } from './tagChangeOf.js';
import { checkLimit, rowRange } from './userHistory.js';

/** A row of the tag index whose event is to be read; the row before it is all but always of the same tag. */
interface FoundTag extends FoundRow {
  readonly time: number;
}

interface Selection {
  readonly found: ReadonlyArray<FoundTag>;
  readonly next: Revision | undefined;
}

/**
 * What may be on a page: of a room or a tag alone the index can't tell, so all rows are, and what does not match is left
 * out when it is read.
 */
const select = (model: ReadModel, userId: string, query: TagHistoryQuery, limit: number): Selection => {
  const rows = new RowReader(model, 'tags', userId);
  const { roomId, tag } = query;
  const asked = roomId === undefined || tag === undefined ? undefined : keyHash(roomId, tag);
  const forwards = query.direction === 'forwards';
  const { low, high, has } = rowRange(rows, query);
  const indexes: Array<number> = [];
  let next: Revision | undefined;
  for (let index = forwards ? low : high; index >= low && index <= high; index += forwards ? 1 : -1) {
    const hash = rows.hash(index);
    if (hash === noKeyHash || (asked !== undefined && hash !== asked) || !has(index)) continue;
    if (indexes.length === limit) {
      next = Revision(rows.revision(index));
      break;
    }
    indexes.push(index);
  }
  const previous = previousRows(rows, indexes);
  const found = indexes.map((index): FoundTag => {
    const { stream, revision, position } = rows.address(index);
    const before = previous.get(index);
    return { stream, revision, position, time: rows.time(index), previous: before === undefined ? undefined : rows.address(before) };
  });
  return { found, next };
};

/** The rows before one with the same hash, newest first. */
const hashesBefore = (model: ReadModel, userId: string, { effect: { roomId, name } }: TagChange, revision: number): ReadonlyArray<EventAddress> => {
  const rows = new RowReader(model, 'tags', userId);
  const hash = keyHash(roomId, name);
  const before: Array<EventAddress> = [];
  for (let index = rows.last('revision', revision - 1); index >= 0; index -= 1) {
    if (rows.hash(index) === hash) before.push(rows.address(index));
  }
  return before;
};

const isSameTag = (a: TagChange, b: TagChange): boolean => a.effect.roomId === b.effect.roomId && a.effect.name === b.effect.name;

/** The change of the same tag before one. The index names it, or another tag's with the same hash: then it is looked for. */
const previousOf = async (
  source: HistorySource,
  userId: string,
  change: TagChange,
  named: TagChange | undefined,
): Promise<E.Either<HistoryError, TagChange | undefined>> => {
  if (named === undefined || isSameTag(named, change)) return E.right(named);
  const read = await readPlaces(source, hashesBefore(source.live(), userId, change, Number(named.revision)), tagChangeOf);
  return E.isLeft(read) ? read : E.right([...read.right.values()].find((earlier) => isSameTag(earlier, change)));
};

const contentOf = ({ effect }: TagChange): JsonObject | null => (effect.deleted ? null : effect.content);

const entryOf = (change: TagChange, place: FoundTag, previous: TagChange | undefined): TagHistoryEntry => ({
  ...factsOf(change, change.metadata, change.userId, place),
  roomId: change.effect.roomId,
  tag: change.effect.name,
  content: contentOf(change),
  previousContent: previous === undefined ? null : contentOf(previous),
  previousRevision: previous === undefined ? null : previous.revision,
});

/**
 * A page of the changes of one user's room tags. What may be on it is decided at once, from the index; then the events
 * are read.
 *
 * @category constructors
 */
export const tagHistory =
  (source: HistorySource) =>
  (userId: string, query: TagHistoryQuery = {}): TE.TaskEither<HistoryError, TagHistoryPage> =>
  async () => {
    const limit = checkLimit(query.limit);
    if (E.isLeft(limit)) return limit;
    const { found, next } = select(source.live(), userId, query, limit.right);
    const { direction = 'backwards', maxBytes } = query;
    const read = await readWithPrevious(source, found, tagChangeOf, { direction, maxBytes });
    if (E.isLeft(read)) return read;
    const { changes } = read.right;
    const entries: Array<TagHistoryEntry> = [];
    for (const place of found.slice(0, read.right.count)) {
      const change = changes.get(place.position);
      if (change === undefined) continue;
      if (query.roomId !== undefined && change.effect.roomId !== query.roomId) continue;
      if (query.tag !== undefined && change.effect.name !== query.tag) continue;
      const previous = await previousOf(source, userId, change, place.previous === undefined ? undefined : changes.get(place.previous.position));
      if (E.isLeft(previous)) return previous;
      entries.push(entryOf(change, place, previous.right));
    }
    if (source.live().erased.has(userId)) return E.right({ entries: [] });
    const after = found[read.right.count]?.revision ?? next;
    return E.right({ entries, ...(after === undefined ? {} : { next: after }) });
  };
