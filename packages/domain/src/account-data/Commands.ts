import * as E from 'fp-ts/lib/Either.js';
import type { AccountDataType } from '../AccountDataType.js';
import type { InvalidInput } from '../Errors.js';
import { invalidInput } from '../Errors.js';
import { isDecimal } from '../Decimal.js';
import type { Limits } from '../Limits.js';
import type { Revision } from '../Revision.js';
import type { RoomId } from '../RoomId.js';
import type { UserId } from '../UserId.js';
import { type ContentReader, readContent } from '../input/readContent.js';
import { parseAccountDataType, parseRoomIdOrNull, parseUserId } from '../input/parseIdentifiers.js';
import type { JsonObject } from '../json/Json.js';
import { copyJsonObject } from '../json/copyJsonObject.js';
import { type ProtectedType, protectedType } from './Errors.js';

/**
 * When a change of (room, type) may happen: only if it was last changed at this revision, or one of these, holds nothing (`absent`), or
 * holds something, whichever (`present`).
 *
 * @category model
 */
export type RevisionCondition = Revision | ReadonlyArray<Revision> | 'absent' | 'present';

/** Sets what (user, room, type) holds. Content `{}` deletes it. @category model */
export interface SetAccountData {
  readonly _tag: 'SetAccountData';
  readonly userId: UserId;
  /** Null for global account data. */
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  /** Frozen JSON, as the checks of this package give it. */
  readonly content: JsonObject;
  readonly ifRevision?: RevisionCondition;
}

/** Deletes what (user, room, type) holds. Deleting what is absent is no error. @category model */
export interface DeleteAccountData {
  readonly _tag: 'DeleteAccountData';
  readonly userId: UserId;
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly ifRevision?: RevisionCondition;
}

/**
 * What can be asked of a user's account data, checked: identifiers are Matrix's, content is frozen JSON.
 *
 * @category model
 */
export type AccountDataCommand = SetAccountData | DeleteAccountData;

/** A command as it comes from outside. @category model */
export interface DeleteAccountDataInput {
  readonly userId: unknown;
  /** Null for global account data. Undefined is refused: it could be a mistake. */
  readonly roomId: unknown;
  readonly type: unknown;
  /** A revision, a list of them, `absent`, `present`, or undefined for no condition. */
  readonly ifRevision?: unknown;
}

/** A set as it comes from outside, nothing of it checked. `{}` as content deletes. @category model */
export interface SetAccountDataInput extends DeleteAccountDataInput {
  readonly content: unknown;
}

/** Why an input is no command: it is malformed, or of a type that can't be set. @category errors */
export type AccountDataInputError = InvalidInput | ProtectedType;

/**
 * Whether the server keeps the type itself: `m.fully_read` and `m.push_rules` everywhere, and `m.tag` in a room, where
 * it is what sync makes of the room's tags.
 *
 * Source: Matrix specification, client-server API, "Client Config", "Server Behaviour".
 *
 * @category predicates
 */
export const isProtectedType = (roomId: string | null, type: string): boolean =>
  type === 'm.fully_read' || type === 'm.push_rules' || isTagsType(roomId, type);

/**
 * Whether sync makes this type of a room's tags, so that no account data may have it.
 *
 * Source: Matrix specification, client-server API, "Room Tagging".
 *
 * @category predicates
 */
export const isTagsType = (roomId: string | null, type: string): boolean => type === 'm.tag' && roomId !== null;

/**
 * A command from untrusted input. `read` takes the content: the default copies what a program made; give
 * {@link checkParsedJson} where it came fresh from JSON.parse, to have it frozen in place instead of copied.
 *
 * @category constructors
 */
export const parseSetAccountData = (
  input: SetAccountDataInput,
  limits: Limits,
  read: ContentReader = copyJsonObject,
): E.Either<AccountDataInputError, SetAccountData> => {
  const key = parseKey(input, limits);
  if (E.isLeft(key)) return key;
  const content = readContent(input.content, limits, read);
  if (E.isLeft(content)) return content;
  const { userId, roomId, type, ifRevision } = key.right;
  if (type === 'm.ignored_user_list' && roomId === null && ignores(content.right, userId)) {
    return E.left(invalidInput('ignoring_oneself', '/content/ignored_users', 'A user can\'t ignore themselves.'));
  }
  return E.right(
    ifRevision === undefined
      ? { _tag: 'SetAccountData', userId, roomId, type, content: content.right }
      : { _tag: 'SetAccountData', userId, roomId, type, content: content.right, ifRevision },
  );
};

/**
 * Checks an input for a deletion. Refused: malformed identifiers or condition, and protected types.
 *
 * @category constructors
 */
export const parseDeleteAccountData = (
  input: DeleteAccountDataInput,
  limits: Limits,
): E.Either<AccountDataInputError, DeleteAccountData> => {
  const key = parseKey(input, limits);
  if (E.isLeft(key)) return key;
  const { userId, roomId, type, ifRevision } = key.right;
  return E.right(
    ifRevision === undefined
      ? { _tag: 'DeleteAccountData', userId, roomId, type }
      : { _tag: 'DeleteAccountData', userId, roomId, type, ifRevision },
  );
};

interface ConditionalKey {
  readonly userId: UserId;
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly ifRevision: RevisionCondition | undefined;
}

const parseKey = (
  input: DeleteAccountDataInput,
  limits: Limits,
): E.Either<AccountDataInputError, ConditionalKey> => {
  const userId = parseUserId(input.userId);
  if (E.isLeft(userId)) return userId;
  const roomId = parseRoomIdOrNull(input.roomId);
  if (E.isLeft(roomId)) return roomId;
  const type = parseAccountDataType(input.type, limits);
  if (E.isLeft(type)) return type;
  const { ifRevision } = input;
  if (!isCondition(ifRevision)) {
    return E.left(
      invalidInput('invalid_revision', '/ifRevision', 'It must be a revision (decimal text) or a list of them, "absent" or "present".'),
    );
  }
  if (isProtectedType(roomId.right, type.right)) return E.left(protectedType(type.right));
  return E.right({ userId: userId.right, roomId: roomId.right, type: type.right, ifRevision });
};

const isCondition = (value: unknown): value is RevisionCondition | undefined =>
  value === undefined || value === 'absent' || value === 'present' || isDecimal(value) || (Array.isArray(value) && value.every(isDecimal));

/** Synapse refuses it, too. */
const ignores = (content: JsonObject, userId: UserId): boolean => {
  const ignored = content['ignored_users'];
  return typeof ignored === 'object' && ignored !== null && Object.hasOwn(ignored, userId);
};
