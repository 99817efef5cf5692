import type { AccountDataEntry, EntriesPage, EntriesPageQuery, RoomTags, TagsPage, TagsPageQuery } from '../AccountDataEntry.js';
import { isDeleted, readEntry } from '../records/entryRecord.js';
import { compareKeys, entryKey, parseEntryKey, tagsKey, userPrefix } from '../records/keys.js';
import { rowPosition } from '../records/row.js';
import { readTags } from '../records/tagsRecord.js';
import { prefixRange, type StorageRange, type StorageTable } from '../storage/ProjectionStorage.js';
import { pendingEntries, pendingTags, type PendingRecord, rangeOf } from './lists.js';
import type { ReadModel } from './ReadModel.js';
import { placeNumber } from '../records/place.js';

/** Parts of lists, each read in one go: bounded by what is given, its bytes, and the keys that are looked at. */

const maxLooked = 2_000;

/** Takes a record of a key: where it is, up to its end. `enough` ends the walk behind it. */
type Visit = (key: string, record: Buffer, offset: number, end: number, found: PendingRecord | undefined) => 'enough' | undefined;

interface Walk {
  readonly table: StorageTable;
  readonly range: StorageRange;
  /** Exclusive. */
  readonly after: string | undefined;
  readonly pending: ReadonlyMap<string, PendingRecord>;
}

/** Visits written and unwritten records in the order of their keys; gives the key that it ended behind, undefined at the end. */
const walk = (model: ReadModel, { table, range, after, pending }: Walk, visit: Visit): string | undefined => {
  const unwritten = [...pending].filter(([key]) => after === undefined || compareKeys(key, after) > 0).sort(([a], [b]) => compareKeys(a, b));
  let next = 0;
  let looked = 0;
  let last: string | undefined;
  const walked = { isCut: false };
  const look = (...[key, ...rest]: Parameters<Visit>): boolean => {
    if (walked.isCut || looked >= maxLooked) {
      walked.isCut = true;
      return false;
    }
    looked += 1;
    last = key;
    walked.isCut = visit(key, ...rest) === 'enough';
    return true;
  };
  /** Those before a key; all where it is undefined. */
  const lookAtUnwritten = (before: string | undefined): boolean => {
    for (let found = unwritten[next]; found !== undefined; found = unwritten[next]) {
      const [key, { pending: rows, row }] = found;
      if (before !== undefined && compareKeys(key, before) > 0) return true;
      const offset = rows.offsetOf(row);
      if (!look(key, rows.bufferOf(row), offset, offset + rows.lengthOf(row), found[1])) return false;
      next += 1;
    }
    return true;
  };
  // The key right after it: nothing comes between a key and the same one with NUL behind it.
  const from = after === undefined ? range.from : `${after}\0`;
  model.storage.scan(table, { ...range, from }, (key, record) => {
    if (!lookAtUnwritten(key)) return false;
    return pending.has(key) || look(key, record, 0, record.length, undefined);
  });
  if (!walked.isCut) lookAtUnwritten(undefined);
  return walked.isCut ? last : undefined;
};

/** A page of the entries of a user, which ends by number or bytes. @category destructors */
export const entriesPage = (model: ReadModel, userId: string, query: EntriesPageQuery): EntriesPage => {
  const { roomId, type, includeDeleted = false, changedAfter = 'start', limit = Infinity, maxBytes = Infinity } = query;
  const entries: Array<AccountDataEntry> = [];
  if (model.erased.has(userId)) return { entries };
  const after = placeNumber(changedAfter);
  let bytes = 0;
  const ended = walk(
    model,
    {
      table: 'entries',
      range: rangeOf(userId, roomId),
      after: query.after === undefined ? undefined : entryKey(userId, query.after.roomId, query.after.type),
      pending: pendingEntries(model, userId, roomId),
    },
    (key, record, offset, end, found) => {
      if (isDeleted(record, offset) && !includeDeleted) return undefined;
      if (rowPosition(record, offset) <= after) return undefined;
      const place = parseEntryKey(userId, key);
      if (type !== undefined && place.type !== type) return undefined;
      entries.push(readEntry(userId, place.roomId, place.type, record, offset, end, found?.pending.contentOf(found.row)));
      bytes += end - offset;
      return entries.length >= limit || bytes >= maxBytes ? 'enough' : undefined;
    },
  );
  return ended === undefined ? { entries } : { entries, next: parseEntryKey(userId, ended) };
};

/** A page of the rooms with tags of a user, which ends by bytes. @category destructors */
export const tagsPage = (model: ReadModel, userId: string, query: TagsPageQuery): TagsPage => {
  const { changedAfter = 'start', maxBytes = Infinity } = query;
  const rooms: Array<RoomTags> = [];
  if (model.erased.has(userId)) return { rooms };
  const after = placeNumber(changedAfter);
  const prefix = userPrefix(userId);
  let bytes = 0;
  const ended = walk(
    model,
    {
      table: 'tags',
      range: prefixRange(prefix),
      after: query.after === undefined ? undefined : tagsKey(userId, query.after),
      pending: pendingTags(model, userId),
    },
    (key, record, offset, end) => {
      if (rowPosition(record, offset) <= after) return undefined;
      rooms.push(readTags(userId, key.slice(prefix.length), record, offset, end));
      bytes += end - offset;
      return bytes >= maxBytes ? 'enough' : undefined;
    },
  );
  return ended === undefined ? { rooms } : { rooms, next: ended.slice(prefix.length) };
};
