import type { AccountDataType } from '../AccountDataType.js';
import type { RoomId } from '../RoomId.js';
import { KeyedState } from '../keyed/KeyedState.js';
import type { KeyedView } from '../keyed/KeyedView.js';

/**
 * What a user's account data stream comes to, as decisions need it: `entry(null, type)` for global data.
 *
 * @category model
 */
export type UserView = KeyedView<RoomId | null, AccountDataType>;

/** All that a user's account data stream folds to. It is a {@link UserView}. @category model */
export type UserState = KeyedState<RoomId | null, AccountDataType>;

/** A user without any events. @category constants */
export const emptyUserState: UserState = KeyedState.empty();
