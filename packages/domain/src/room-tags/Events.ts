import type { JsonObject } from '../Json.js';
import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import type { UserId } from '../UserId.js';

/** @category model */
export interface RoomTagSet {
  readonly type: 'RoomTagSet';
  readonly data: { readonly userId: UserId; readonly roomId: RoomId; readonly tag: Tag; readonly content: JsonObject };
}

/** @category model */
export interface RoomTagRemoved {
  readonly type: 'RoomTagRemoved';
  readonly data: { readonly userId: UserId; readonly roomId: RoomId; readonly tag: Tag };
}

/** @category model */
export type RoomTagEvent = RoomTagSet | RoomTagRemoved;
