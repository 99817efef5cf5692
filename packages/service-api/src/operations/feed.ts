import * as t from 'io-ts';
import { Actor, NoPath } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import {
  BooleanText,
  ContentObject,
  PositionText,
  RevisionText,
  RoomFilterText,
  RoomIdText,
  TagText,
  TimeText,
  TypeText,
  UserIdText,
  UuidText,
  integerText,
  orNull,
  wordOf,
} from '../json/scalars.js';
import { streamOperation } from '../Operation.js';

/** GET /v1/feed: the changes of the log as server-sent events. */

/** @category operations */
export const getFeed = streamOperation({
  operationId: 'getFeed',
  method: 'GET',
  path: '/v1/feed',
  params: NoPath,
  query: record(
    'FeedQuery',
    {},
    {
      after: t.string,
      user_id: UserIdText,
      room_id: RoomFilterText,
      type: TypeText,
      tags: BooleanText,
      heartbeat: integerText(100, 600_000),
    },
  ),
});

const base = {
  user_id: UserIdText,
  revision: RevisionText,
  position: PositionText,
  event_id: UuidText,
  time: TimeText,
  actor: Actor,
  correlation_id: t.string,
  origin: wordOf('api', 'import', 'restore'),
};
const optional = { reason: t.string, causation_id: t.string };

/** The data of the events of a feed, by their names. `progress` has none of its own: its id says all. @category codecs */
export const feedEvents = {
  account_data_updated: answerRecord('account_data_updated', { ...base, room_id: orNull(RoomIdText), type: TypeText, content: ContentObject }, optional),
  room_tag_set: answerRecord('room_tag_set', { ...base, room_id: RoomIdText, tag: TagText, content: ContentObject }, optional),
  room_tag_removed: answerRecord('room_tag_removed', { ...base, room_id: RoomIdText, tag: TagText }, optional),
  user_erased: answerRecord('user_erased', base, optional),
  /** The position to go on after, and the last one that the log still has as it was read; 0 where none is known. */
  position_lost: answerRecord('position_lost', { lost: PositionText, shared: PositionText }, {}),
} as const;

/** @category model */
export type FeedEventName = keyof typeof feedEvents;
