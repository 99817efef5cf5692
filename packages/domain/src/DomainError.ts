import type { CausationTooDeep, NotLocalUser, UserFollowed } from './Errors.js';
import type { AccountDataError } from './account-data/Errors.js';
import type { RoomTagError } from './room-tags/Errors.js';

/**
 * Everything that the domain answers a command with besides events. Nothing was appended.
 *
 * @category errors
 */
export type DomainError = AccountDataError | RoomTagError | NotLocalUser | UserFollowed | CausationTooDeep;
