import type { UserId } from '@account-data/domain';
import { type Position, type Revision } from '@account-data/event-store';
import type { AsOf } from '@account-data/projection';
import { eraseUser, getDiff, previewRestore, restore, restoreState, runningErasures, StreamedList } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { changeHeaders } from '../changeHeaders.js';
import { changeOptions } from '../changeOptions.js';
import { etag } from '../conditions.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome } from '../Endpoint.js';
import { problem, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** What changed between two moments, bringing back what was, and erasing a user. */

type DiffQuery = t.TypeOf<typeof getDiff.query>;
type DiffCall = Call<t.TypeOf<typeof getDiff.params>, DiffQuery, undefined>;

interface GivenMoment {
  readonly revision: Revision | undefined;
  readonly position: Position | undefined;
  readonly time: number | undefined;
}

/** Undefined where none is given. */
const momentOf = ({ revision, position, time }: GivenMoment, word: string): E.Either<Problem, AsOf | undefined> => {
  const moments: ReadonlyArray<AsOf> = [
    ...(revision === undefined ? [] : [{ revision }]),
    ...(position === undefined ? [] : [{ position }]),
    ...(time === undefined ? [] : [{ time }]),
  ];
  return moments.length > 1
    ? E.left(problem('invalid_request', `Use one of ${word}_revision, ${word}_position and ${word}_time.`))
    : E.right(moments[0]);
};

const diffHandler = async ({ query, params, context }: DiffCall): Promise<Outcome<t.TypeOf<typeof getDiff.answer>>> => {
  const from = momentOf({ revision: query.fromRevision, position: query.fromPosition, time: query.fromTime }, 'from');
  if (E.isLeft(from)) return from;
  if (from.right === undefined) return E.left(problem('invalid_request', 'Use one of from_revision, from_position and from_time.'));
  const to = momentOf({ revision: query.toRevision, position: query.toPosition, time: query.toTime }, 'to');
  if (E.isLeft(to)) return to;
  const diff = await context.engine.tasks.diffPages(params.userId, {
    from: from.right,
    ...(to.right === undefined ? {} : { to: to.right }),
    ...(query.roomId === undefined ? {} : { roomId: query.roomId }),
    ...(query.type === undefined ? {} : { type: query.type }),
  })();
  if (E.isLeft(diff)) return E.left(problemOf(diff.left));
  const { fromRevision, toRevision, changes } = diff.right;
  return E.right({
    status: 200,
    body: {
      userId: params.userId as UserId,
      fromRevision,
      toRevision,
      changes: new StreamedList(changes),
    },
  });
};

/** Diff, restore and erase. @category endpoints */
export const auditEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getDiff,
    summary: 'What changed of a user\'s account data between two moments, as JSON Patch and in words',
    description: 'From a revision, position or time, to another one; to now where none is given.',
    need: 'read',
    answers: [{ status: 200, description: 'The keys that changed, ordered by room and type' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    readsPages: true,
    handle: diffHandler,
  }),
  endpoint({
    ...restore,
    summary: 'Sets a key to what the change with that revision made of it, as a new change',
    description: 'The revision is one of the user\'s history; a deletion is restored as a deletion. Nothing is taken back: history goes on.',
    need: 'write',
    answers: [{ status: 200, description: 'The change, with its revision as ETag' }],
    problems: [...engineProblems.change, ...engineProblems.query],
    bodyExample: { revision: '42', reason: 'Asked for by the user' },
    userOf: ({ params }) => params.userId,
    handle: async (call) => {
      const { revision, ifRevision, ...given } = call.body;
      const options = changeOptions(call, given);
      const condition = ifRevision === undefined ? {} : { ifRevision };
      const done = await call.context.engine.tasks.restore(call.params.userId, revision, { ...options, ...condition })();
      return E.isLeft(done)
        ? E.left(problemOf(done.left))
        : E.right({ status: 200, body: done.right, headers: ['ETag', etag(done.right.revision), ...changeHeaders(call.context.engine, [done.right])] });
    },
  }),
  endpoint({
    ...previewRestore,
    summary: 'What bringing back the account data of a moment would change',
    description: 'The keys that differ now from what they were, each with the revision that a restore of it names. Room tags are not among them.',
    need: 'read',
    answers: [{ status: 200, description: 'The keys that would change, ordered by room and type' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    handle: async ({ params, query: { time, by, roomId, type }, context }) => {
      const filter = { ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) };
      const changes = await context.engine.tasks.previewRestore(params.userId, { time, ...(by === undefined ? {} : { by }) }, filter)();
      return E.isLeft(changes) ? E.left(problemOf(changes.left)) : E.right({ status: 200, body: { userId: params.userId as UserId, changes: changes.right } });
    },
  }),
  endpoint({
    ...restoreState,
    summary: 'Sets keys of a user to what they were at a moment, all or none',
    description:
      'A key with no content then is deleted. Each key is checked against the revision it was previewed at; where one was changed since, nothing is restored. ' +
      'Room tags stay as they are.',
    need: 'write',
    answers: [{ status: 200, description: 'The change of all keys, with its last revision as ETag' }],
    problems: [...engineProblems.change, ...engineProblems.query],
    bodyExample: { time: '2026-01-31T12:00:00Z', keys: [{ type: 'org.example.theme', if_revision: '42' }], reason: 'Asked for by the user' },
    userOf: ({ params }) => params.userId,
    handle: async (call) => {
      const { time, by, keys, ...given } = call.body;
      const done = await call.context.engine.tasks.restoreState(
        call.params.userId,
        { time, ...(by === undefined ? {} : { by }) },
        keys.map((key) => ({ ...key, roomId: key.roomId ?? null })),
        changeOptions(call, given),
      )();
      return E.isLeft(done)
        ? E.left(problemOf(done.left))
        : E.right({ status: 200, body: done.right, headers: ['ETag', etag(done.right.revision), ...changeHeaders(call.context.engine, [done.right])] });
    },
  }),
  endpoint({
    ...eraseUser,
    bodyOptional: true,
    summary: 'Erases a user for good, and answers what was removed and what remains',
    description: 'Final: nothing can be stored for this user ID any more. Asking again finishes what was cut off, and is answered the same.',
    need: 'erase',
    answers: [{ status: 200, description: 'The receipt' }],
    problems: engineProblems.erasure,
    bodyExample: { reason: 'Request of 31 January' },
    userOf: ({ params }) => params.userId,
    handle: async ({ params, body, principal, context }) => {
      const { reason } = body;
      const receipt = await context.engine.tasks.eraseUser(params.userId, {
        actor: principal.actor,
        ...(reason === undefined ? {} : { reason }),
      })();
      if (E.isLeft(receipt)) return E.left(problemOf(receipt.left));
      return E.right({ status: 200, body: receipt.right });
    },
  }),
  endpoint({
    ...runningErasures,
    summary: 'How far the erasures are that this server is carrying out',
    description: 'Those that were asked for, and those that go on after they were cut off. One that is through is there no more.',
    need: 'erase',
    answers: [{ status: 200, description: 'The step that each is at, and how many there are' }],
    handle: ({ context }) => E.right({ status: 200, body: { running: context.engine.runningErasures() } }),
  }),
];
