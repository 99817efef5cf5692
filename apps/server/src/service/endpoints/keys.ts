import type { ChangeResult, CommandError, ConditionalChangeOptions } from '@account-data/engine';
import { globalKey, roomKey } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type * as t from 'io-ts';
import { changeHeaders } from '../changeHeaders.js';
import { changeOptions, headerRequestKey } from '../changeOptions.js';
import { changeCondition, etag, isNotModified } from '../conditions.js';
import { endpoint } from '../Endpoint.js';
import type { Call, DocumentedHeader, Endpoint, Outcome } from '../Endpoint.js';
import { problem, problemOf } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** One key of a user's account data as a resource with an ETag. */

type KeyPath = t.TypeOf<typeof globalKey.get.params>;

const conditionHeaders: ReadonlyArray<DocumentedHeader> = [
  { name: 'If-Match', description: 'Only if the key is at this revision (its ETag), or with * has content at all.' },
  { name: 'If-None-Match', description: 'With *: only if the key has no content.' },
  { name: 'Idempotency-Key', description: 'A request key: a retry with the same key answers the same and appends nothing.' },
];

const keysAt = (key: typeof globalKey, scope: 'global' | 'room'): ReadonlyArray<Endpoint> => [
  endpoint({
    ...key.get,
    summary: `The ${scope} account data of one type`,
    need: 'read',
    headers: [{ name: 'If-None-Match', description: 'The ETag that the client holds: 304 where it is still current.' }],
    answers: [
      { status: 200, description: 'What it holds, with its revision as ETag' },
      { status: 304, description: 'It is what the client holds' },
    ],
    problems: ['not_found'],
    userOf: (call) => call.params.userId,
    handle: ({ params: { userId, roomId, type }, exchange, context }) => {
      const entry = context.engine.get(userId, roomId ?? null, type);
      if (entry === undefined) return E.left(problem('not_found', 'There is no content under this room and type.'));
      const headers = ['ETag', etag(entry.revision)];
      return isNotModified(exchange.request.headers, entry)
        ? E.right({ status: 304, headers })
        : E.right({ status: 200, body: entry, headers });
    },
  }),
  endpoint({
    ...key.set,
    summary: `Sets ${scope} account data; the body is its content, {} deletes it`,
    bodyExample: { theme: 'dark' },
    need: 'write',
    headers: conditionHeaders,
    answers: [{ status: 200, description: 'The change, with its revision as ETag' }],
    problems: engineProblems.change,
    userOf: (call) => call.params.userId,
    handle: (call) =>
      changeKey(call, ({ userId, roomId, type }, options) =>
        call.context.engine.tasks.setAccountData(userId, roomId ?? null, type, call.body, options),
      ),
  }),
  endpoint({
    ...key.delete,
    summary: `Deletes ${scope} account data; what is absent is deleted, too`,
    need: 'write',
    headers: conditionHeaders,
    answers: [{ status: 200, description: 'The change, with its revision as ETag' }],
    problems: engineProblems.change,
    userOf: (call) => call.params.userId,
    handle: (call) =>
      changeKey(call, ({ userId, roomId, type }, options) =>
        call.context.engine.tasks.deleteAccountData(userId, roomId ?? null, type, options),
      ),
  }),
];

type KeyChange = (path: KeyPath, options: ConditionalChangeOptions) => TE.TaskEither<CommandError, ChangeResult>;

const changeKey = async (call: Call<KeyPath, t.TypeOf<typeof globalKey.set.query>, unknown>, change: KeyChange): Promise<Outcome<ChangeResult>> => {
  const condition = changeCondition(call.exchange.request.headers);
  if (E.isLeft(condition)) return condition;
  const requestKey = headerRequestKey(call);
  if (E.isLeft(requestKey)) return requestKey;
  const done = await change(call.params, {
    ...changeOptions(call, {
      ...call.query,
      ...(requestKey.right === undefined ? {} : { requestKey: requestKey.right }),
    }),
    ...(condition.right === undefined ? {} : { ifRevision: condition.right }),
  })();
  return E.isLeft(done)
    ? E.left(problemOf(done.left))
    : E.right({ status: 200, body: done.right, headers: ['ETag', etag(done.right.revision), ...changeHeaders(call.context.engine, [done.right])] });
};

/** One key of account data, read, set and deleted. @category endpoints */
export const keyEndpoints: ReadonlyArray<Endpoint> = [
  ...keysAt(globalKey, 'global'),
  ...keysAt(roomKey, 'room'),
];
