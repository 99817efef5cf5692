import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import { KeyedState } from '../keyed/KeyedState.js';
import type { KeyedView } from '../keyed/KeyedView.js';

/** What a user's tag stream comes to, as decisions need it: `entry(roomId, tag)`. @category model */
export type TagsView = KeyedView<RoomId, Tag>;

/** All that a user's tag stream folds to. It is a {@link TagsView}. @category model */
export type TagsState = KeyedState<RoomId, Tag>;

/** A user without any tag events. @category constants */
export const emptyTagsState: TagsState = KeyedState.empty();
