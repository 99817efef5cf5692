import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { EntryJson, RoomTagsJson, UserPath, byWhichTime, pageCursor, pageLimit } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { BooleanText, HeadText, PlaceText, PositionText, RevisionText, RoomFilterText, GivenType, UserIdText, timeFor } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** What a user has, now or as of a moment. */

const moment = {
  atRevision: described(RevisionText, 'As of the change with this revision'),
  atPosition: described(PositionText, 'As of this position in the log'),
  atTime: timeFor('As of this time'),
  by: byWhichTime,
};

const StateQuery = record(
  'StateQuery',
  {},
  {
    roomId: described(RoomFilterText, 'Only keys of this room; `global`: only those without a room'),
    type: described(GivenType, 'Only this type'),
    includeDeleted: described(BooleanText, 'Whether to answer keys, too, that were deleted; default false'),
    ...moment,
    limit: pageLimit,
    cursor: pageCursor,
  },
);

/** A page of a user's account data. @category codecs */
export const State = answerRecord(
  'State',
  {
    userId: UserIdText,
    /** The revision of the user's stream that this is the state of; `no-stream` before the first change. */
    revision: HeadText,
    position: PlaceText,
    entries: listOf(EntryJson),
  },
  { next: t.string },
);

/** A page of a user's account data, now or as of a moment. @category operations */
export const getState = operation({
  operationId: 'getState',
  method: 'GET',
  path: '/v1/users/{userId}/state',
  params: UserPath,
  query: StateQuery,
  answer: State,
});

/** A user's room tags, now or as of a moment. @category operations */
export const getTags = operation({
  operationId: 'getTags',
  method: 'GET',
  path: '/v1/users/{userId}/tags',
  params: UserPath,
  query: record('TagsQuery', {}, moment),
  answer: answerRecord('Tags', { userId: UserIdText, rooms: listOf(RoomTagsJson) }, {}),
});
