import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { HistoryEntryJson, NoPath, TagHistoryEntryJson, UserPath, byWhichTime, pageCursor, pageLimit } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { PositionText, RevisionText, GivenRoomId, GivenTag, GivenType, RoomFilterText, TimeText, integerText, orNull, timeFor, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** History of one user, and across users. */

const window = {
  direction: described(wordOf('forwards', 'backwards'), 'Oldest first (`forwards`) or newest first (`backwards`, the default)'),
  since: timeFor('Only changes from this time on'),
  until: timeFor('Only changes before this time'),
  by: byWhichTime,
  limit: pageLimit,
  cursor: pageCursor,
};

const onlyType = described(GivenType, 'Only changes of this type');
const fromRevision = described(RevisionText, 'The revision to begin at, itself included');

const UserHistoryQuery = record('UserHistoryQuery', {}, { ...window, type: onlyType, roomId: described(RoomFilterText, 'Only changes in this room; `global`: only those without a room'), from: fromRevision });
const LogHistoryQuery = record('LogHistoryQuery', {}, { ...window, type: onlyType, from: described(PositionText, 'The position to begin at, itself included') });

const TagHistoryQuery = record('TagHistoryQuery', {}, { ...window, roomId: described(GivenRoomId, 'Only tags of this room'), tag: described(GivenTag, 'Only this tag'), from: fromRevision });

/** A page of changes of room tags. @category codecs */
export const TagHistory = answerRecord('TagHistory', { entries: listOf(TagHistoryEntryJson) }, { next: t.string });

/** A page of changes. @category codecs */
export const History = answerRecord('History', { entries: listOf(HistoryEntryJson) }, { next: t.string });

/** A page of the changes of a user's account data. @category operations */
export const getHistory = operation({
  operationId: 'getHistory',
  method: 'GET',
  path: '/v1/users/{userId}/history',
  params: UserPath,
  query: UserHistoryQuery,
  answer: History,
});

/** A page of the changes of a user's room tags. @category operations */
export const getTagHistory = operation({
  operationId: 'getTagHistory',
  method: 'GET',
  path: '/v1/users/{userId}/tags/history',
  params: UserPath,
  query: TagHistoryQuery,
  answer: TagHistory,
});

/** A page of changes across users, in the order of the log. @category operations */
export const getLogHistory = operation({
  operationId: 'getLogHistory',
  method: 'GET',
  path: '/v1/history',
  params: NoPath,
  query: LogHistoryQuery,
  answer: History,
});

/** How many changes were recorded in each of parts of equal length, from `since` (inclusive) to `until` (exclusive). @category codecs */
export const ActivityJson = answerRecord('Activity', { since: TimeText, until: TimeText, counts: listOf(t.number) }, {});

/** When a user's account data or room tags changed, and how often. @category operations */
export const getActivity = operation({
  operationId: 'getActivity',
  method: 'GET',
  path: '/v1/users/{userId}/activity',
  params: UserPath,
  query: record('ActivityQuery', {}, {
    of: described(wordOf('account_data', 'tags'), 'Which changes: of account data (the default) or of room tags'),
    since: timeFor('From this time on; the first change where it is absent'),
    until: timeFor('Up to just before this time; just after the last change where it is absent'),
    parts: described(integerText(1, 1_000), 'How many parts of equal length; 100 where it is absent'),
  }),
  answer: answerRecord('ActivityAnswer', { activity: orNull(ActivityJson) }, {}),
});
