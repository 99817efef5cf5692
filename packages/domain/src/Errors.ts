import type { UserId } from './UserId.js';
import type { JsonFaultCode } from './json/JsonFault.js';

/**
 * Something in a request does not have the form it must have. `path` is a JSON pointer into the request
 * (`/content/order`); neither it nor the message holds a value that was sent.
 *
 * @category errors
 */
export interface InvalidInput {
  readonly _tag: 'InvalidInput';
  readonly code: InvalidInputCode;
  readonly path: string;
  readonly message: string;
}

/** Why an input was refused before anything was decided. Each is stable. @category errors */
export type InvalidInputCode =
  | 'invalid_user_id'
  | 'invalid_room_id'
  | 'invalid_type'
  | 'invalid_tag'
  | 'invalid_revision'
  | 'invalid_request_key'
  | 'invalid_reason'
  | 'invalid_actor'
  | 'invalid_tag_order'
  | 'ignoring_oneself'
  | 'several_users'
  | 'invalid_batch'
  | JsonFaultCode;

/** The user belongs to another server than this one is for. @category errors */
export interface NotLocalUser {
  readonly _tag: 'NotLocalUser';
  readonly code: 'not_local_user';
  readonly userId: UserId;
  readonly serverName: string;
  readonly message: string;
}

/** The user's data is followed here, and changed at its homeserver only. @category errors */
export interface UserFollowed {
  readonly _tag: 'UserFollowed';
  readonly code: 'user_followed';
  readonly userId: UserId;
  readonly serverName: string;
  readonly message: string;
}

/** The user was erased, which is final. @category errors */
export interface UserErasedError {
  readonly _tag: 'UserErasedError';
  readonly code: 'user_erased';
  readonly userId: UserId;
  readonly message: string;
}

/** The user has as many keys with content as allowed, and this would be one more. @category errors */
export interface TooManyKeys {
  readonly _tag: 'TooManyKeys';
  readonly code: 'too_many_keys';
  readonly limit: number;
  readonly message: string;
}

/** The user's contents would grow beyond the bytes allowed. @category errors */
export interface TooMuchData {
  readonly _tag: 'TooMuchData';
  readonly code: 'too_much_data';
  /** In bytes. */
  readonly limit: number;
  readonly message: string;
}

/** The request key was used before, by the same actor for the same user, with another payload. @category errors */
export interface RequestKeyReused {
  readonly _tag: 'RequestKeyReused';
  readonly code: 'request_key_reused';
  readonly message: string;
}

/**
 * A change made by a callback, caused by a change made by a callback, and so on, beyond the limit. `chain` names what
 * led here, first cause first, as the caller names it (event ids, module names).
 *
 * @category errors
 */
export interface CausationTooDeep {
  readonly _tag: 'CausationTooDeep';
  readonly code: 'causation_too_deep';
  readonly chain: ReadonlyArray<string>;
  readonly limit: number;
  readonly message: string;
}

/** A refused input. `path` is a JSON pointer to what is wrong; the message never repeats it. @category constructors */
export const invalidInput = (code: InvalidInputCode, path: string, message: string): InvalidInput => ({
  _tag: 'InvalidInput',
  code,
  path,
  message,
});

/** The refusal of a user of another server, where only those of one are served. @category constructors */
export const notLocalUser = (userId: UserId, serverName: string): NotLocalUser => ({
  _tag: 'NotLocalUser',
  code: 'not_local_user',
  userId,
  serverName,
  message: `The user is not of the server ${serverName}, which is the only one served here.`,
});

/** The refusal of a change of a user whose homeserver is followed. @category constructors */
export const userFollowed = (userId: UserId, serverName: string): UserFollowed => ({
  _tag: 'UserFollowed',
  code: 'user_followed',
  userId,
  serverName,
  message: `The homeserver ${serverName} is followed here: what is changed there comes here, and nothing is changed here.`,
});

/** The refusal of whatever would write for a user who was erased. @category constructors */
export const userErased = (userId: UserId): UserErasedError => ({
  _tag: 'UserErasedError',
  code: 'user_erased',
  userId,
  message: 'The user was erased. Nothing can be written for this user ID any more.',
});

/** The refusal of a new key beyond `limit` keys of one user. @category constructors */
export const tooManyKeys = (limit: number): TooManyKeys => ({
  _tag: 'TooManyKeys',
  code: 'too_many_keys',
  limit,
  message: `The user has ${limit} keys already, which is the limit. Delete one, or change one that exists.`,
});

/** The refusal of a change that makes one user's contents larger than `limit` bytes. @category constructors */
export const tooMuchData = (limit: number): TooMuchData => ({
  _tag: 'TooMuchData',
  code: 'too_much_data',
  limit,
  message: `The user's contents would take more than ${limit} bytes, which is the limit. Delete a key, or make a content smaller.`,
});

/** The refusal of a request key that names another payload already. @category constructors */
export const requestKeyReused = (): RequestKeyReused => ({
  _tag: 'RequestKeyReused',
  code: 'request_key_reused',
  message: 'The request key was used before with another payload. Use a new key for a new request.',
});

/**
 * The refusal of a change that callbacks caused more than `limit` deep. `chain` names what led there, in order.
 *
 * @category constructors
 */
export const causationTooDeep = (chain: ReadonlyArray<string>, limit: number): CausationTooDeep => ({
  _tag: 'CausationTooDeep',
  code: 'causation_too_deep',
  chain,
  limit,
  message: `Callbacks caused changes that caused callbacks, more than ${limit} deep: ${chain.join(' → ')}. Break the circle.`,
});
