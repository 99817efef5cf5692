import type { AccountDataType } from '../AccountDataType.js';
import type { Actor } from '../Actor.js';
import type { Origin } from '../EventMetadata.js';
import type { Position } from '../Position.js';
import type { Revision } from '../Revision.js';
import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import type { UserId } from '../UserId.js';
import type { JsonObject } from '../json/Json.js';

interface FeedEventBase {
  readonly userId: UserId;
  /** Where it stands in the log: continue after it. */
  readonly position: Position;
  readonly revision: Revision;
  readonly eventId: string;
  /** When the log recorded it, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly actor: Actor;
  readonly reason?: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly origin: Origin;
}

/** A change of account data, as the feed tells it. @category model */
export interface AccountDataFeedEvent extends FeedEventBase {
  readonly _tag: 'AccountDataUpdated';
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  /** `{}` is a deletion. */
  readonly content: JsonObject;
}

/** A change of a room tag, as the feed tells it where tags were asked for. @category model */
export interface TagFeedEvent extends FeedEventBase {
  readonly _tag: 'RoomTagSet' | 'RoomTagRemoved';
  readonly roomId: RoomId;
  readonly tag: Tag;
  /** Null for a removal. */
  readonly content: JsonObject | null;
}

/** The user was erased: forget what you hold of it. @category model */
export interface UserErasedFeedEvent extends FeedEventBase {
  readonly _tag: 'UserErased';
}

/** One event of the feed. @category model */
export type FeedEvent = AccountDataFeedEvent | TagFeedEvent | UserErasedFeedEvent;
