import type { FeedEvent } from '@account-data/domain';
import { changeFacts } from './models.js';
import { type JsonRecord, answerRecord } from './record.js';
import { ContentObject, PositionText, RoomIdText, TagText, TypeText, orNull } from './scalars.js';

const { required, optional } = changeFacts;

/** The data of the events of a feed, by their names. `progress` has none of its own: its id says all. @category codecs */
export const feedEvents = {
  account_data_updated: answerRecord('account_data_updated', { ...required, roomId: orNull(RoomIdText), type: TypeText, content: ContentObject }, optional),
  room_tag_set: answerRecord('room_tag_set', { ...required, roomId: RoomIdText, tag: TagText, content: ContentObject }, optional),
  room_tag_removed: answerRecord('room_tag_removed', { ...required, roomId: RoomIdText, tag: TagText }, optional),
  user_erased: answerRecord('user_erased', required, optional),
  /** The position to go on after, and the last one that the log still has as it was read; 0 where none is known. */
  position_lost: answerRecord('position_lost', { lost: PositionText, shared: PositionText }, {}),
} as const;

/** The name of an event of the feed, as its stream has it. @category model */
export type FeedEventName = keyof typeof feedEvents;

/** A feed event as the service tells it: its name, and its data as JSON. @category destructors */
export const encodeFeedEvent = (event: FeedEvent): { readonly name: FeedEventName; readonly data: JsonRecord } => {
  switch (event._tag) {
    case 'AccountDataUpdated':
      return { name: 'account_data_updated', data: feedEvents.account_data_updated.encode(event) };
    case 'RoomTagSet':
    case 'RoomTagRemoved':
      return event.content === null
        ? { name: 'room_tag_removed', data: feedEvents.room_tag_removed.encode(event) }
        : { name: 'room_tag_set', data: feedEvents.room_tag_set.encode({ ...event, content: event.content }) };
    case 'UserErased':
      return { name: 'user_erased', data: feedEvents.user_erased.encode(event) };
  }
};
