import type { JsonObject } from '@account-data/domain';
import type { AccountDataEntry, ContentText, RoomTags } from '../AccountDataEntry.js';
import { contentLength, contentText, isDeleted, parseFrozen, readContentText, readEntry } from '../records/entryRecord.js';
import { entryKey, requestKey, tagsKey } from '../records/keys.js';
import { rowEventSign } from '../records/row.js';
import { isRemembered, parseRequest, type RequestRecord } from '../records/requestRecord.js';
import { noTags, readTags, readTagsContent, type TagsContent } from '../records/tagsRecord.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';
import type { StreamKind } from './StreamState.js';

/**
 * What a key holds now: looked up among what is being collected, then among what is being written, then in storage.
 */

interface PendingRow {
  readonly pending: Pending;
  readonly row: number;
}

const pendingRow = (model: ReadModel, userId: string, roomId: string | null, type: string): PendingRow | undefined => {
  // Where all is written there is nothing to find: look nobody up.
  if (model.active.rows === 0 && model.flushing === undefined) return undefined;
  const state = model.data.peek(userId);
  if (state === undefined) return undefined;
  const { active, flushing } = state;
  if (active.count > 0) {
    const row = model.active.find(active, roomId, type);
    if (row >= 0) return { pending: model.active, row };
  }
  if (flushing.count > 0 && model.flushing !== undefined) {
    const row = model.flushing.find(flushing, roomId, type);
    if (row >= 0) return { pending: model.flushing, row };
  }
  return undefined;
};

const contentOfRow = (pending: Pending, row: number): JsonObject => {
  const kept = pending.contentOf(row);
  if (kept !== undefined) return kept;
  const offset = pending.offsetOf(row);
  const content = parseFrozen(contentText(pending.bufferOf(row), offset, offset + pending.lengthOf(row)));
  pending.keepContent(row, content);
  return content;
};

/** The entry of an unwritten row that has a key. @category destructors */
export const entryOfRow = (pending: Pending, row: number): AccountDataEntry => {
  const offset = pending.offsetOf(row);
  return readEntry(
    pending.stateOf(row).userId,
    pending.roomOf(row),
    pending.typeOf(row) ?? '',
    pending.bufferOf(row),
    offset,
    offset + pending.lengthOf(row),
    contentOfRow(pending, row),
  );
};

const isErased = ({ erased }: ReadModel, userId: string): boolean => erased.size > 0 && erased.has(userId);

/** The entry under a key, deleted ones included; from what is folded or, else, from storage. @category destructors */
export const currentEntry = (
  model: ReadModel,
  userId: string,
  roomId: string | null,
  type: string,
): AccountDataEntry | undefined => {
  const found = pendingRow(model, userId, roomId, type);
  if (found !== undefined) return entryOfRow(found.pending, found.row);
  if (isErased(model, userId)) return undefined;
  const key = entryKey(userId, roomId, type);
  const recent = model.recent.find(key);
  if (recent !== undefined) return recent;
  const record = model.storage.get('entries', key);
  if (record === undefined) return undefined;
  const entry = readEntry(userId, roomId, type, record, 0, record.length, undefined);
  model.recent.keep(key, rowEventSign(record, 0), record.length, entry);
  return entry;
};

/**
 * The content under a key as JSON text, unparsed; undefined where there is none or it was deleted.
 *
 * @category destructors
 */
export const currentContentText = (
  model: ReadModel,
  userId: string,
  roomId: string | null,
  type: string,
): ContentText | undefined => {
  const found = pendingRow(model, userId, roomId, type);
  if (found !== undefined) {
    const { pending, row } = found;
    const offset = pending.offsetOf(row);
    return readContentText(pending.bufferOf(row), offset, offset + pending.lengthOf(row));
  }
  const record = isErased(model, userId) ? undefined : model.storage.get('entries', entryKey(userId, roomId, type));
  return record === undefined ? undefined : readContentText(record, 0, record.length);
};

/** Whether a key has content. @category destructors */
export const isLive = (model: ReadModel, userId: string, roomId: string | null, type: string): boolean => {
  const found = pendingRow(model, userId, roomId, type);
  if (found !== undefined) return !isDeleted(found.pending.bufferOf(found.row), found.pending.offsetOf(found.row));
  const record = model.storage.get('entries', entryKey(userId, roomId, type));
  return record !== undefined && !isDeleted(record, 0);
};

/** How many bytes the content of a key takes; none where there is none. @category destructors */
export const currentContentBytes = (model: ReadModel, userId: string, roomId: string | null, type: string): number => {
  const found = pendingRow(model, userId, roomId, type);
  if (found !== undefined) {
    const { pending, row } = found;
    const offset = pending.offsetOf(row);
    return contentLength(pending.bufferOf(row), offset, offset + pending.lengthOf(row));
  }
  const record = model.storage.get('entries', entryKey(userId, roomId, type));
  return record === undefined ? 0 : contentLength(record, 0, record.length);
};

/** Where the record of a room's tags is: in unwritten memory or in storage's read buffer. */
interface TagsRecord {
  readonly record: Buffer;
  readonly offset: number;
  readonly end: number;
}

const recordOf = (pending: Pending, row: number): TagsRecord => {
  const offset = pending.offsetOf(row);
  return { record: pending.bufferOf(row), offset, end: offset + pending.lengthOf(row) };
};

const tagsRecord = (model: ReadModel, userId: string, roomId: string): TagsRecord | undefined => {
  if (model.erased.has(userId)) return undefined;
  const key = tagsKey(userId, roomId);
  const active = model.active.tags.get(key);
  if (active !== undefined) return recordOf(model.active, active.row);
  const flushing = model.flushing?.tags.get(key);
  if (flushing !== undefined && model.flushing !== undefined) return recordOf(model.flushing, flushing.row);
  const record = model.storage.get('tags', key);
  return record === undefined ? undefined : { record, offset: 0, end: record.length };
};

/** The tags of a room; undefined where it never had any. @category destructors */
export const currentTags = (model: ReadModel, userId: string, roomId: string): RoomTags | undefined => {
  const found = tagsRecord(model, userId, roomId);
  return found === undefined ? undefined : readTags(userId, roomId, found.record, found.offset, found.end);
};

/** The same as a record holds them, with the revision of each. @category destructors */
export const currentTagsContent = (model: ReadModel, userId: string, roomId: string): TagsContent => {
  const found = tagsRecord(model, userId, roomId);
  return found === undefined ? noTags : readTagsContent(found.record, found.offset, found.end);
};

/** A request that a user's stream still remembers. @category destructors */
export const currentRequest = (
  model: ReadModel,
  kind: StreamKind,
  userId: string,
  actor: string,
  key: string,
): RequestRecord | undefined => {
  if (model.erased.has(userId)) return undefined;
  const found = requestKey(userId, kind, actor, key);
  let request: RequestRecord | undefined = model.active.requests.get(found) ?? model.flushing?.requests.get(found);
  if (request === undefined) {
    const record = model.storage.get('requests', found);
    if (record === undefined) return undefined;
    request = parseRequest(record);
  }
  const head = (kind === 'data' ? model.data : model.tags).head(userId);
  return isRemembered(request, head, model.requestKeyWindow) ? request : undefined;
};
