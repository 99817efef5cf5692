import * as t from 'io-ts';
import { localpartEnd } from './MatrixIdentifier.js';
import { isServerNameFrom } from './ServerName.js';

export interface RoomIdBrand {
  readonly RoomId: unique symbol;
}

/** A Matrix room ID, `!opaque_id:server_name` or, from room version 12, `!opaque_id`. @category model */
export type RoomId = t.Branded<string, RoomIdBrand>;

const exclamationMark = 0x21;

/**
 * Whether a string is a room ID of at most 255 bytes, with or without a server name. The opaque part is any Unicode but
 * `:` and NUL, and not empty.
 *
 * Source: Matrix specification, appendices, "Room IDs".
 *
 * @category predicates
 */
export const isRoomId = (text: string): text is RoomId => {
  const end = localpartEnd(text, exclamationMark);
  return end > 1 && (end === text.length || isServerNameFrom(text, end + 1));
};

/** Decodes a room ID, by {@link isRoomId}. @category codecs */
export const RoomId = t.brand(t.string, (text): text is RoomId => isRoomId(text), 'RoomId');
