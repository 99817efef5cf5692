import type { AccountDataType, JsonObject, RoomId, UserId } from '@account-data/domain';
import { Position, Revision } from '@account-data/event-store';
import type { AccountDataEntry, ContentText } from '../AccountDataEntry.js';
import { headBytes, rowEventId, rowPosition, rowRevision, rowTime } from './row.js';
import { readUtf8, writeUtf8 } from './bytes.js';

/**
 * An entry's record: where the event that wrote it stands, and its id (40 bytes, see `records/row`), a byte of flags, and the content as JSON in UTF-8.
 * Tag records have the same frame (see `records/tagsRecord`).
 */

const flagsAt = headBytes;
/** Where the content begins in a record of an entry, in bytes. @category model */
export const contentAt = headBytes + 1;
const deletedFlag = 1;

const freezeDeep = (value: object): void => {
  Object.freeze(value);
  if (Array.isArray(value)) {
    for (const item of value as ReadonlyArray<unknown>) if (typeof item === 'object' && item !== null) freezeDeep(item);
    return;
  }
  for (const key in value) {
    const item = (value as { readonly [key: string]: unknown })[key];
    if (typeof item === 'object' && item !== null) freezeDeep(item);
  }
};

/** Parses JSON text that this package wrote, and freezes it deeply. @category destructors */
export const parseFrozen = (text: string): JsonObject => {
  const content = JSON.parse(text) as JsonObject;
  freezeDeep(content);
  return content;
};

/** The most bytes a record with such a text can take. @category destructors */
export const recordCapacity = (text: string): number => contentAt + text.length * 3;

/** The bytes of a record with so many of content. @category destructors */
export const recordBytes = (content: number): number => contentAt + content;

/** Writes what follows the row; gives the record's length in bytes. @category combinators */
export const writeContent = (target: Buffer, offset: number, text: string, deleted: boolean): number => {
  target[offset + flagsAt] = deleted ? deletedFlag : 0;
  return contentAt + writeUtf8(target, text, offset + contentAt);
};

/** The same where the content's text is there as UTF-8. @category combinators */
export const copyContent = (target: Buffer, offset: number, source: Buffer, from: number, to: number, deleted: boolean): number => {
  target[offset + flagsAt] = deleted ? deletedFlag : 0;
  source.copy(target, offset + contentAt, from, to);
  return contentAt + to - from;
};

/** Whether the record of an entry is that of a deleted key. @category destructors */
export const isDeleted = (record: Buffer, offset: number): boolean => ((record[offset + flagsAt] as number) & deletedFlag) !== 0;

/** The content's JSON text of the record from `offset` to `end`. @category destructors */
export const contentText = (record: Buffer, offset: number, end: number): string =>
  readUtf8(record, offset + contentAt, end);

/** The bytes of the content of the record from `offset` to `end`; none of a deleted key. @category destructors */
export const contentLength = (record: Buffer, offset: number, end: number): number =>
  isDeleted(record, offset) ? 0 : end - offset - contentAt;

/** The content of a record as text; undefined of a deleted key. @category destructors */
export const readContentText = (record: Buffer, offset: number, end: number): ContentText | undefined =>
  isDeleted(record, offset)
    ? undefined
    : {
        text: contentText(record, offset, end),
        revision: Revision(rowRevision(record, offset)),
        position: Position(rowPosition(record, offset)),
      };

/** The entry of a record; its content is parsed where it is not given. @category destructors */
export const readEntry = (
  userId: string,
  roomId: string | null,
  type: string,
  record: Buffer,
  offset: number,
  end: number,
  content: JsonObject | undefined,
): AccountDataEntry =>
  Object.freeze({
    userId: userId as UserId,
    roomId: roomId as RoomId | null,
    type: type as AccountDataType,
    content: content ?? parseFrozen(contentText(record, offset, end)),
    revision: Revision(rowRevision(record, offset)),
    position: Position(rowPosition(record, offset)),
    time: rowTime(record, offset),
    eventId: rowEventId(record, offset),
    deleted: isDeleted(record, offset),
  });
