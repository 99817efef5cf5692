import * as t from 'io-ts';
import { ActorJson, NoPath, NoQuery } from '../json/models.js';
import { answerRecord } from '../json/record.js';
import { UserIdText, orNull, wordOf } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Whom a token stands for. */

const GrantWord = wordOf('none', 'own', 'all');

/** How far the role of a token may: not at all, for its own user, for every user. @category codecs */
export const GrantsJson = answerRecord(
  'Grants',
  {
    read: GrantWord,
    write: GrantWord,
    feed: GrantWord,
    log: GrantWord,
    inspect: GrantWord,
    export: GrantWord,
    operate: GrantWord,
    erase: GrantWord,
  },
  {},
);

/** Who asks, and what the token allows. @category operations */
export const getSession = operation({
  operationId: 'getSession',
  method: 'GET',
  path: '/v1/session',
  params: NoPath,
  query: NoQuery,
  answer: answerRecord('Session', { role: t.string, userId: orNull(UserIdText), actor: ActorJson, grants: GrantsJson }, {}),
});
