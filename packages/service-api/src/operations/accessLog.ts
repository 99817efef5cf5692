import { type AccessEntry, accessKinds } from '@account-data/domain';
import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { ActorJson, NoPath, pageCursor, pageLimit } from '../json/models.js';
import { type RecordCodec, answerRecord, record } from '../json/record.js';
import { GivenUserId, ShortText, TimeText, UserIdText, UuidText, orNull, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Who looked at whose data, when and why. */

/** The header of a request that says why the data of others is looked at: UTF-8, percent-encoded. @category constants */
export const reasonHeader = 'Account-Data-Reason';

/** The header of a read that says that what it gives is taken along, by the word {@link takenAlong}. @category constants */
export const accessHeader = 'Account-Data-Access';

/** What {@link accessHeader} says where a read is noted as an export. @category constants */
export const takenAlong = 'export';

/** An entry of the access log; `user_id` is null where the data of all users was looked at. @category codecs */
export const AccessEntryJson: RecordCodec<AccessEntry> = answerRecord(
  'AccessEntry',
  { id: UuidText, time: TimeText, actor: ActorJson, role: t.string, userId: orNull(UserIdText), kind: wordOf(...accessKinds) },
  { reason: t.string },
);

/** Who looked, the newest entry first. @category operations */
export const getAccessLog = operation({
  operationId: 'getAccessLog',
  method: 'GET',
  path: '/v1/access-log',
  params: NoPath,
  query: record('AccessLogQuery', {}, {
    userId: described(GivenUserId, 'Whose data: entries about this user, and about all users at once'),
    actor: described(ShortText, 'Who looked: the `id` of the actor'),
    kind: described(wordOf(...accessKinds), 'What was looked at'),
    limit: pageLimit,
    cursor: pageCursor,
  }),
  answer: answerRecord('AccessLog', { entries: listOf(AccessEntryJson) }, { next: t.string }),
});
