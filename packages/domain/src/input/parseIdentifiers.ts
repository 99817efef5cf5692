import * as E from 'fp-ts/lib/Either.js';
import { type AccountDataType, isAccountDataType } from '../AccountDataType.js';
import { type InvalidInput, type NotLocalUser, type UserFollowed, invalidInput, notLocalUser, userFollowed } from '../Errors.js';
import { type Limits, maxNameBytes } from '../Limits.js';
import { type RoomId, isRoomId } from '../RoomId.js';
import { type Tag, isTag } from '../Tag.js';
import { type UserId, isUserId, serverNameOf } from '../UserId.js';
import { fitsUtf8 } from '../Utf8.js';

/** Checks a user ID from outside; refused as `invalid_user_id`. @category constructors */
export const parseUserId = (value: unknown): E.Either<InvalidInput, UserId> =>
  typeof value === 'string' && isUserId(value) ? E.right(value) : invalidUserId;

/** Checks a room ID from outside; refused as `invalid_room_id`. @category constructors */
export const parseRoomId = (value: unknown): E.Either<InvalidInput, RoomId> =>
  typeof value === 'string' && isRoomId(value) ? E.right(value) : invalidRoomId;

/** Null stands for global account data. @category constructors */
export const parseRoomIdOrNull = (value: unknown): E.Either<InvalidInput, RoomId | null> =>
  value === null ? global : parseRoomId(value);

/** Checks a type from outside, at most `limits.maxTypeBytes` long; refused as `invalid_type`. @category constructors */
export const parseAccountDataType = (value: unknown, limits: Limits): E.Either<InvalidInput, AccountDataType> =>
  typeof value === 'string' && isAccountDataType(value) && fitsUtf8(value, limits.maxTypeBytes)
    ? E.right(value)
    : E.left(
        invalidInput(
          'invalid_type',
          '/type',
          `A type is 1 to ${limits.maxTypeBytes} bytes of UTF-8, without NUL: "m.direct", for example.`,
        ),
      );

/** Checks a tag from outside, at most `limits.maxTagBytes` long; refused as `invalid_tag`. @category constructors */
export const parseTag = (value: unknown, limits: Limits): E.Either<InvalidInput, Tag> =>
  typeof value === 'string' && isTag(value) && fitsUtf8(value, limits.maxTagBytes)
    ? E.right(value)
    : E.left(
        invalidInput(
          'invalid_tag',
          '/tag',
          `A tag is 1 to ${limits.maxTagBytes} bytes of UTF-8, without NUL: "u.work", for example.`,
        ),
      );

/**
 * Refuses users of other servers. A server name of undefined serves everybody.
 *
 * @category constructors
 */
export const requireLocalUser = (
  userId: UserId,
  serverName: string | undefined,
): E.Either<NotLocalUser, UserId> =>
  serverName === undefined || serverNameOf(userId) === serverName
    ? E.right(userId)
    : E.left(notLocalUser(userId, serverName));

/** Refuses a user of the server that is followed, where one is. @category constructors */
export const refuseFollowed = (userId: UserId, followedServer: string | undefined): E.Either<UserFollowed, UserId> =>
  followedServer !== undefined && serverNameOf(userId) === followedServer
    ? E.left(userFollowed(userId, followedServer))
    : E.right(userId);

const global: E.Either<never, null> = E.right(null);

const invalidUserId: E.Either<InvalidInput, never> = E.left(
  invalidInput('invalid_user_id', '/userId', `A user ID has the form @localpart:server.name and at most ${maxNameBytes} bytes.`),
);

const invalidRoomId: E.Either<InvalidInput, never> = E.left(
  invalidInput(
    'invalid_room_id',
    '/roomId',
    `A room ID has the form !opaque:server.name or !opaque and at most ${maxNameBytes} bytes. Null stands for global account data.`,
  ),
);
