import type { AccountDataType } from '../AccountDataType.js';
import type { Actor } from '../Actor.js';
import type { Origin } from '../EventMetadata.js';
import type { Position } from '../Position.js';
import type { Revision } from '../Revision.js';
import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import type { UserId } from '../UserId.js';
import type { JsonObject } from '../json/Json.js';

/** What the log tells of any change: who, when, why, and where it stands. @category model */
export interface ChangeFacts {
  readonly userId: UserId;
  readonly revision: Revision;
  readonly position: Position;
  /** Effective time, in milliseconds since the Unix epoch: never earlier than that of the change before it. */
  readonly time: number;
  /** For imports: when the change was made where it came from. */
  readonly originalTime?: number;
  readonly eventId: string;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly origin: Origin;
  /** For `restore`: the revision that was restored. */
  readonly restoredRevision?: Revision;
}

/** One change as the log tells it: who changed what, when, why, from what to what. @category model */
export interface HistoryEntry extends ChangeFacts {
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  /** `{}` is a deletion. */
  readonly content: JsonObject;
  /** Null where the key had never been set. */
  readonly previousContent: JsonObject | null;
  readonly previousRevision: Revision | null;
}

/** One change of a room tag. Its revision is one of the user's tag stream, which stands apart from account data. @category model */
export interface TagHistoryEntry extends ChangeFacts {
  readonly roomId: RoomId;
  readonly tag: Tag;
  /** Null: the tag was removed. */
  readonly content: JsonObject | null;
  /** Null where the room did not have the tag. */
  readonly previousContent: JsonObject | null;
  /** Of the change of this tag before; null where there was none. */
  readonly previousRevision: Revision | null;
}
