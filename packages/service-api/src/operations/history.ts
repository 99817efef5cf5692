import { maxPageEntries } from '@account-data/domain';
import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { HistoryEntryJson, NoPath, TagHistoryEntryJson, UserPath } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { PositionText, RevisionText, GivenRoomId, GivenTag, GivenType, GivenTime, RoomFilterText, integerText, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** History of one user, and across users. */

const window = {
  direction: wordOf('forwards', 'backwards'),
  since: GivenTime,
  until: GivenTime,
  by: wordOf('original', 'recorded'),
  limit: integerText(1, maxPageEntries),
  cursor: t.string,
};

const UserHistoryQuery = record('UserHistoryQuery', {}, { ...window, type: GivenType, roomId: RoomFilterText, from: RevisionText });
const LogHistoryQuery = record('LogHistoryQuery', {}, { ...window, type: GivenType, from: PositionText });

const TagHistoryQuery = record('TagHistoryQuery', {}, { ...window, roomId: GivenRoomId, tag: GivenTag, from: RevisionText });

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
