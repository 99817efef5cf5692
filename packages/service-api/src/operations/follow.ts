import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { NoPath, NoQuery } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { GivenUserId, ShortText, TimeText, orNull, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** The homeserver that is followed: how that goes, and what of it is not in the log. Holds no content. */

const FollowProblemJson = answerRecord('FollowProblem', { code: ShortText, message: t.string, statements: listOf(t.string) }, {});

/** A row of the homeserver whose last change the log can't hold. @category codecs */
export const ParkedRowJson = answerRecord(
  'ParkedRow',
  {
    table: wordOf('account_data', 'room_account_data', 'room_tags'),
    userId: t.string,
    roomId: orNull(t.string),
    type: t.string,
    place: t.string,
    code: ShortText,
    path: t.string,
    message: t.string,
  },
  {},
);

/** A user who was erased here and is changed at the homeserver: how many changes were left out. @category codecs */
export const RefusedUserJson = answerRecord('RefusedUser', { userId: t.string, changes: t.number }, {});

const ResynchronisationJson = answerRecord('Resynchronisation', { at: TimeText, reason: ShortText, from: orNull(t.string), to: t.string }, { changed: t.number });

/** How a homeserver is followed. @category codecs */
export const FollowJson = answerRecord(
  'Follow',
  {
    serverName: ShortText,
    way: wordOf('replication', 'polling'),
    phase: wordOf('starting', 'comparing', 'following', 'waiting', 'stopped'),
    appended: t.number,
    parked: t.number,
    parkedRows: listOf(ParkedRowJson),
    refusedUsers: listOf(RefusedUserJson),
    resynchronised: listOf(ResynchronisationJson),
  },
  { problem: FollowProblemJson, confirmed: t.string, behindBytes: t.number, retainedBytes: t.number, walStatus: t.string },
);

/** Whose rows and refusals are dealt with. @category codecs */
export const FollowedUser = record('FollowedUser', { userId: GivenUserId }, {});

/** How the homeserver is followed. @category operations */
export const getFollow = operation({ operationId: 'getFollow', method: 'GET', path: '/v1/follow', params: NoPath, query: NoQuery, answer: FollowJson });

/** Begins to compare all rows of the homeserver with the log. @category operations */
export const compareFollow = operation({ operationId: 'compareFollow', method: 'POST', path: '/v1/follow/compare', params: NoPath, query: NoQuery, answer: answerRecord('ComparisonBegun', {}, {}) });

/** Takes a user off the lists of parked rows and refused users. @category operations */
export const releaseFollowed = operation({
  operationId: 'releaseFollowed',
  method: 'POST',
  path: '/v1/follow/release',
  params: NoPath,
  query: NoQuery,
  body: FollowedUser,
  answer: answerRecord('FollowedReleased', { rows: t.number, changes: t.number }, {}),
});
