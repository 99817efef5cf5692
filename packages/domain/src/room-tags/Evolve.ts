import type { Recorded } from '../Recorded.js';
import type { RoomId } from '../RoomId.js';
import type { Tag } from '../Tag.js';
import type { UserErased } from '../erasure/Events.js';
import { emptyContent } from '../json/jsonEquals.js';
import type { KeyEffect } from '../keyed/KeyEffect.js';
import type { RequestMetadata } from '../keyed/KeyedState.js';
import { foldKeyed, keyedAfter } from '../keyed/foldKeyed.js';
import type { RoomTagEvent } from './Events.js';
import type { TagsState, TagsView } from './State.js';

/** An event that concerns a user's tags, with its place in the user's tag stream. @category model */
export type RecordedRoomTagEvent = Recorded<RoomTagEvent | UserErased>;

/** What an event does to its tag: the fold, the overlay, the projection and the history all have it from here. @category folds */
export const roomTagEffect = (event: RoomTagEvent): KeyEffect<RoomId, Tag> => ({
  roomId: event.data.roomId,
  name: event.data.tag,
  content: event.type === 'RoomTagSet' ? event.data.content : emptyContent,
  deleted: event.type === 'RoomTagRemoved',
});

/** The state after more events of a user's tags, in order. @category folds */
export const foldRoomTags: (state: TagsState) => (recorded: Iterable<RecordedRoomTagEvent>) => TagsState = foldKeyed(roomTagEffect);

/** The state after one more event. @category folds */
export const evolveRoomTags =
  (state: TagsState) =>
  (recorded: RecordedRoomTagEvent): TagsState =>
    foldRoomTags(state)([recorded]);

/** The view as it will be once these events are appended. @category folds */
export const roomTagsAfter: (
  view: TagsView,
) => (events: ReadonlyArray<{ readonly event: RoomTagEvent; readonly metadata: RequestMetadata }>) => TagsView = keyedAfter(roomTagEffect);
