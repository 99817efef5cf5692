import * as E from 'fp-ts/lib/Either.js';
import { type InvalidInput, invalidInput } from '../Errors.js';
import type { Limits } from '../Limits.js';
import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import type { UserId } from '../UserId.js';
import { parseRoomId, parseTag, parseUserId } from '../input/parseIdentifiers.js';
import { type ContentReader, readContent } from '../input/readContent.js';
import type { JsonObject } from '../json/Json.js';
import { copyJsonObject } from '../json/copyJsonObject.js';

/** Puts a tag on a room, or changes what it says. Content `{}` is an ordinary tag without an order. @category model */
export interface SetRoomTag {
  readonly _tag: 'SetRoomTag';
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly tag: Tag;
  /** Frozen JSON. Its `order`, if there is one, is a number from 0 to 1. */
  readonly content: JsonObject;
}

/** Takes a tag off a room. Removing what is absent is no error. @category model */
export interface RemoveRoomTag {
  readonly _tag: 'RemoveRoomTag';
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly tag: Tag;
}

/** What can be asked of a user's room tags, checked. @category model */
export type RoomTagCommand = SetRoomTag | RemoveRoomTag;

/** A command as it comes from outside. @category model */
export interface RemoveRoomTagInput {
  readonly userId: unknown;
  readonly roomId: unknown;
  readonly tag: unknown;
}

/** A tag to set as it comes from outside, nothing of it checked. `{}` as content is a tag all the same. @category model */
export interface SetRoomTagInput extends RemoveRoomTagInput {
  readonly content: unknown;
}

/**
 * A command from untrusted input; `read` as for {@link parseSetAccountData}.
 *
 * Source: Matrix specification, client-server API, "Room Tagging": `order` is a number between 0 and 1.
 *
 * @category constructors
 */
export const parseSetRoomTag = (
  input: SetRoomTagInput,
  limits: Limits,
  read: ContentReader = copyJsonObject,
): E.Either<InvalidInput, SetRoomTag> => {
  const key = parseKey(input, limits);
  if (E.isLeft(key)) return key;
  const content = readContent(input.content, limits, read);
  if (E.isLeft(content)) return content;
  if (!hasValidOrder(content.right)) {
    return E.left(
      invalidInput('invalid_tag_order', '/content/order', 'The order of a tag is a number from 0 to 1, or absent.'),
    );
  }
  const { userId, roomId, tag } = key.right;
  return E.right({ _tag: 'SetRoomTag', userId, roomId, tag, content: content.right });
};

/** Checks an input for the removal of a tag. Refused: malformed identifiers. @category constructors */
export const parseRemoveRoomTag = (
  input: RemoveRoomTagInput,
  limits: Limits,
): E.Either<InvalidInput, RemoveRoomTag> => {
  const key = parseKey(input, limits);
  if (E.isLeft(key)) return key;
  const { userId, roomId, tag } = key.right;
  return E.right({ _tag: 'RemoveRoomTag', userId, roomId, tag });
};

const parseKey = (
  input: RemoveRoomTagInput,
  limits: Limits,
): E.Either<InvalidInput, { readonly userId: UserId; readonly roomId: RoomId; readonly tag: Tag }> => {
  const userId = parseUserId(input.userId);
  if (E.isLeft(userId)) return userId;
  const roomId = parseRoomId(input.roomId);
  if (E.isLeft(roomId)) return roomId;
  const tag = parseTag(input.tag, limits);
  if (E.isLeft(tag)) return tag;
  return E.right({ userId: userId.right, roomId: roomId.right, tag: tag.right });
};

/**
 * Whether the `order` of a tag's content is one: a number from 0 to 1, or absent.
 *
 * Source: Matrix specification, client-server API, "Room Tagging".
 *
 * @category predicates
 */
export const hasValidOrder = (content: JsonObject): boolean => {
  if (!Object.hasOwn(content, 'order')) return true;
  const order = content['order'];
  return typeof order === 'number' && order >= 0 && order <= 1;
};
