import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { Entry, RoomTagsJson, UserPath } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { BooleanText, PositionText, RevisionText, RoomFilterText, TimeText, TypeText, UserIdText, integerText, orNull } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** What a user has, now or as of a moment. */

const moment = { at_revision: RevisionText, at_position: PositionText, at_time: TimeText };

const StateQuery = record(
  'StateQuery',
  {},
  {
    room_id: RoomFilterText,
    type: TypeText,
    include_deleted: BooleanText,
    ...moment,
    limit: integerText(1, 1_000),
    cursor: t.string,
  },
);

/** A page of a user's account data. @category codecs */
export const State = answerRecord(
  'State',
  {
    user_id: UserIdText,
    /** The revision of the user's stream that this is the state of; null before the first change. */
    revision: orNull(RevisionText),
    position: orNull(PositionText),
    entries: listOf(Entry),
  },
  { next: t.string },
);

/** @category operations */
export const getState = operation({
  operationId: 'getState',
  method: 'GET',
  path: '/v1/users/{userId}/state',
  params: UserPath,
  query: StateQuery,
  answer: State,
});

/** @category operations */
export const getTags = operation({
  operationId: 'getTags',
  method: 'GET',
  path: '/v1/users/{userId}/tags',
  params: UserPath,
  query: record('TagsQuery', {}, moment),
  answer: answerRecord('Tags', { user_id: UserIdText, rooms: listOf(RoomTagsJson) }, {}),
});
