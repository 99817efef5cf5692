import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { NoPath } from '../json/models.js';
import { answerRecord, record } from '../json/record.js';
import { GivenUserId, UserIdText, integerText } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Which users there are. */

/** A page of users, in the order of their IDs' UTF-8 bytes. `next` is what to ask after; absent at the end. @category codecs */
export const Users = answerRecord('Users', { users: listOf(UserIdText) }, { next: UserIdText });

/** The users that the log has account data or tags of, by what their IDs begin with. @category operations */
export const getUsers = operation({
  operationId: 'getUsers',
  method: 'GET',
  path: '/v1/users',
  params: NoPath,
  query: record('UsersQuery', {}, { prefix: t.string, after: GivenUserId, limit: integerText(1, 1_000) }),
  answer: Users,
});
