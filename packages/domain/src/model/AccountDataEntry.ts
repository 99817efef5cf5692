import type { AccountDataType } from '../AccountDataType.js';
import type { Position } from '../Position.js';
import type { Revision } from '../Revision.js';
import type { RoomId } from '../RoomId.js';
import type { UserId } from '../UserId.js';
import type { JsonObject } from '../json/Json.js';

/**
 * The current content of one (user, room, type), deeply frozen. A deleted key is kept with content `{}`, so that an
 * incremental reader hears of the deletion.
 *
 * @category model
 */
export interface AccountDataEntry {
  readonly userId: UserId;
  /** Null for global account data. */
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly content: JsonObject;
  /** The revision of its last change in the user's account data stream. */
  readonly revision: Revision;
  /** The position of its last change in the log. */
  readonly position: Position;
  /** When it last changed, in milliseconds since the Unix epoch: never earlier than the change before it in its stream. */
  readonly time: number;
  /** The id of the event that changed it last. */
  readonly eventId: string;
  readonly deleted: boolean;
}

/**
 * All tags of a user in a room, deeply frozen. `tags` is empty after the last one was removed.
 *
 * @category model
 */
export interface RoomTags {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly tags: { readonly [tag: string]: JsonObject };
  /** The revision of the last change in the user's tag stream. */
  readonly revision: Revision;
  readonly position: Position;
}
