import { maxPageEntries } from '@account-data/domain';
import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { EntryJson, RoomTagsJson, UserPath } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { BooleanText, HeadText, PlaceText, PositionText, RevisionText, RoomFilterText, GivenTime, GivenType, UserIdText, integerText, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** What a user has, now or as of a moment. */

const moment = { atRevision: RevisionText, atPosition: PositionText, atTime: GivenTime, by: wordOf('original', 'recorded') };

const StateQuery = record(
  'StateQuery',
  {},
  {
    roomId: RoomFilterText,
    type: GivenType,
    includeDeleted: BooleanText,
    ...moment,
    limit: integerText(1, maxPageEntries),
    cursor: t.string,
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
