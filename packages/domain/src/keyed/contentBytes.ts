import type { Limits } from '../Limits.js';
import { utf8Length } from '../Utf8.js';
import type { JsonObject } from '../json/Json.js';
import type { EntryView, KeyedView } from './KeyedView.js';

/** The bytes that a key's content counts: those of its JSON text in UTF-8, none of a deleted or absent key. */
export const contentBytes = (entry: Pick<EntryView, 'content' | 'deleted'> | undefined): number =>
  entry === undefined || entry.deleted ? 0 : utf8Length(JSON.stringify(entry.content));

/** Whether one more content could exceed the bytes of a user. Cheap where the number of keys shows that it can't. */
export const isNearByteLimit = <Room, Name>(
  view: KeyedView<Room, Name>,
  { maxContentBytes, maxBytesPerUser }: Limits,
): boolean =>
  ((view.keyCountBound ?? view.keyCount) + 1) * maxContentBytes > maxBytesPerUser &&
  view.contentBytes + maxContentBytes > maxBytesPerUser;

/** Whether a content in place of what its key holds makes the user's contents both larger and too large. */
export const growsBeyondByteLimit = <Room, Name>(
  view: KeyedView<Room, Name>,
  current: EntryView | undefined,
  content: JsonObject,
  { maxBytesPerUser }: Limits,
): boolean => {
  const growth = contentBytes({ content, deleted: false }) - contentBytes(current);
  return growth > 0 && view.contentBytes + growth > maxBytesPerUser;
};
