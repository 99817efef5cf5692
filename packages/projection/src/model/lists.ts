import type { ReadFrom } from '@account-data/event-store';
import type { AccountDataEntry, EntriesFilter, RoomTags } from '../AccountDataEntry.js';
import type { QuarantinedEvent } from '../ProjectionHealth.js';
import { contentLength, isDeleted, readEntry } from '../records/entryRecord.js';
import { compareKeys, entryKey, entryPrefix, parseEntryKey, tagsKey, userPrefix } from '../records/keys.js';
import { parseQuarantined } from '../records/quarantineRecord.js';
import { rowPosition } from '../records/row.js';
import { readTags } from '../records/tagsRecord.js';
import { prefixRange, type StorageRange } from '../storage/ProjectionStorage.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';
import { placeNumber } from '../records/place.js';

/** A user's unwritten record under its key. */
export interface PendingRecord {
  readonly pending: Pending;
  readonly row: number;
}

const positionOf = ({ pending, row }: PendingRecord): number => rowPosition(pending.bufferOf(row), pending.offsetOf(row));

/** The newest unwritten rows of a user's keys, of one room where one is asked for. */
export const pendingEntries = (model: ReadModel, userId: string, roomId: string | null | undefined): Map<string, PendingRecord> => {
  const found = new Map<string, PendingRecord>();
  const state = model.data.peek(userId);
  if (state === undefined) return found;
  const collect = (pending: Pending, newest: number): void => {
    for (let row = newest; row >= 0; row = pending.previous(row)) {
      const type = pending.typeOf(row);
      if (type === undefined || (roomId !== undefined && pending.roomOf(row) !== roomId)) continue;
      const key = entryKey(userId, pending.roomOf(row), type);
      if (!found.has(key)) found.set(key, { pending, row });
    }
  };
  collect(model.active, state.active.newest);
  if (model.flushing !== undefined) collect(model.flushing, state.flushing.newest);
  return found;
};

export const rangeOf = (userId: string, roomId: string | null | undefined): StorageRange =>
  prefixRange(roomId === undefined ? userPrefix(userId) : entryPrefix(userId, roomId));

/** Takes a record of a key: where it is, up to its end. False ends the walk. */
type VisitEntry = (key: string, record: Buffer, offset: number, end: number, found: PendingRecord | undefined) => void;

/** All keys of a user, deleted ones included; written ones first, in order. */
const forEachEntry = (model: ReadModel, userId: string, roomId: string | null | undefined, visit: VisitEntry): boolean => {
  if (model.erased.has(userId)) return true;
  const pending = pendingEntries(model, userId, roomId);
  const visitPending = (key: string, found: PendingRecord): void => {
    const offset = found.pending.offsetOf(found.row);
    visit(key, found.pending.bufferOf(found.row), offset, offset + found.pending.lengthOf(found.row), found);
  };
  model.storage.scan('entries', rangeOf(userId, roomId), (key, record) => {
    const found = pending.get(key);
    if (found === undefined) visit(key, record, 0, record.length, undefined);
    else {
      visitPending(key, found);
      pending.delete(key);
    }
  });
  const ordered = pending.size === 0;
  for (const [key, found] of pending) visitPending(key, found);
  return ordered;
};

/** The entries of a user that match, in the order of their keys. @category destructors */
export const listEntries = (model: ReadModel, userId: string, filter: EntriesFilter): ReadonlyArray<AccountDataEntry> => {
  const after = placeNumber(filter.changedAfter ?? 'start');
  const listed: Array<{ readonly key: string; readonly entry: AccountDataEntry }> = [];
  const ordered = forEachEntry(model, userId, filter.roomId, (key, record, offset, end, found) => {
    if (isDeleted(record, offset) && filter.includeDeleted !== true) return;
    if (after >= 0 && rowPosition(record, offset) <= after) return;
    const { roomId, type } = parseEntryKey(userId, key);
    const content = found?.pending.contentOf(found.row);
    listed.push({ key, entry: readEntry(userId, roomId, type, record, offset, end, content) });
  });
  if (!ordered) listed.sort((a, b) => compareKeys(a.key, b.key));
  return Object.freeze(listed.map(({ entry }) => entry));
};

/** The keys a user ever had, as room and type. @category destructors */
export const listKeys = (
  model: ReadModel,
  userId: string,
): ReadonlyArray<{ readonly roomId: string | null; readonly type: string }> => {
  const keys: Array<{ readonly roomId: string | null; readonly type: string }> = [];
  forEachEntry(model, userId, undefined, (key) => {
    keys.push(parseEntryKey(userId, key));
  });
  return keys;
};

/** How many keys of a user have content. @category destructors */
export const countKeys = (model: ReadModel, userId: string): number => {
  let count = 0;
  forEachEntry(model, userId, undefined, (_key, record, offset) => {
    if (!isDeleted(record, offset)) count += 1;
  });
  return count;
};

/** How many bytes the contents of a user take. @category destructors */
export const countContentBytes = (model: ReadModel, userId: string): number => {
  let bytes = 0;
  forEachEntry(model, userId, undefined, (_key, record, offset, end) => {
    bytes += contentLength(record, offset, end);
  });
  return bytes;
};

/** The newest unwritten rows of a user's rooms with tags. */
export const pendingTags = (model: ReadModel, userId: string): Map<string, PendingRecord & { readonly roomId: string }> => {
  const unwritten = new Map<string, PendingRecord & { readonly roomId: string }>();
  const state = model.tags.peek(userId);
  if (state === undefined) return unwritten;
  const collect = (pending: Pending, newest: number): void => {
    for (let row = newest; row >= 0; row = pending.previous(row)) {
      const roomId = pending.roomOf(row);
      if (roomId === null) continue;
      const key = tagsKey(userId, roomId);
      if (!unwritten.has(key)) unwritten.set(key, { pending, row, roomId });
    }
  };
  collect(model.active, state.active.newest);
  if (model.flushing !== undefined) collect(model.flushing, state.flushing.newest);
  return unwritten;
};

/** The rooms of a user whose tags have changed after a position. @category destructors */
export const listTags = (model: ReadModel, userId: string, changedAfter: ReadFrom): ReadonlyArray<RoomTags> => {
  if (model.erased.has(userId)) return [];
  const after = placeNumber(changedAfter);
  const prefix = userPrefix(userId);
  const unwritten = pendingTags(model, userId);
  const listed: Array<{ readonly key: string; readonly tags: RoomTags }> = [];
  model.storage.scan('tags', prefixRange(prefix), (key, record) => {
    if (unwritten.has(key) || rowPosition(record, 0) <= after) return;
    listed.push({ key, tags: readTags(userId, key.slice(prefix.length), record, 0, record.length) });
  });
  for (const [key, found] of unwritten) {
    if (positionOf(found) <= after) continue;
    const offset = found.pending.offsetOf(found.row);
    const end = offset + found.pending.lengthOf(found.row);
    listed.push({ key, tags: readTags(userId, found.roomId, found.pending.bufferOf(found.row), offset, end) });
  }
  if (unwritten.size > 0) listed.sort((a, b) => compareKeys(a.key, b.key));
  return Object.freeze(listed.map(({ tags }) => tags));
};

/** The events that could not be decoded. @category destructors */
export const listQuarantined = (model: ReadModel): ReadonlyArray<QuarantinedEvent> => {
  const found = new Map<string, QuarantinedEvent>();
  model.storage.scan('quarantine', prefixRange(''), (key, record) => {
    found.set(key, parseQuarantined(record));
  });
  for (const pending of [model.flushing, model.active]) {
    for (const { key, event } of pending?.quarantined ?? []) found.set(key, event);
  }
  const { accountDataPrefix, tagsPrefix } = model.names;
  const isErased = ({ stream }: QuarantinedEvent): boolean =>
    [accountDataPrefix, tagsPrefix].some((prefix) => stream.startsWith(prefix) && model.erased.has(stream.slice(prefix.length)));
  return [...found]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([, event]) => event)
    .filter((event) => !isErased(event));
};
