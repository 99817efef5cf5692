import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
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
  query: record('UsersQuery', {}, {
    prefix: described(t.string, 'What the IDs begin with, the `@` included'),
    after: described(GivenUserId, 'Where to go on: the `next` of the page before'),
    limit: described(integerText(1, 1_000), 'How many users to answer at most'),
  }),
  answer: Users,
});
