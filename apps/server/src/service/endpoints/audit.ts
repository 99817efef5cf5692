import { timeText } from '@account-data/domain';
import { Position, Revision } from '@account-data/event-store';
import type { AccountDataEntry, AsOf, StateAsOf } from '@account-data/projection';
import { eraseUser, getDiff, restore } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { changeHeaders } from '../changeHeaders.js';
import { changeOptions } from '../changeOptions.js';
import { etag } from '../conditions.js';
import { contentDiff } from '../contentDiff.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome } from '../Endpoint.js';
import { changeJson } from '../json/encode.js';
import { problem, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';

/** What changed between two moments, bringing back what was, and erasing a user. */

type DiffQuery = t.TypeOf<typeof getDiff.query>;
type DiffCall = Call<t.TypeOf<typeof getDiff.params>, DiffQuery, undefined>;

interface GivenMoment {
  readonly revision: bigint | undefined;
  readonly position: bigint | undefined;
  readonly time: number | undefined;
}

/** Undefined where none is given. */
const momentOf = ({ revision, position, time }: GivenMoment, word: string): E.Either<Problem, AsOf | undefined> => {
  const moments: ReadonlyArray<AsOf> = [
    ...(revision === undefined ? [] : [{ revision: Revision(revision) }]),
    ...(position === undefined ? [] : [{ position: Position(position) }]),
    ...(time === undefined ? [] : [{ time }]),
  ];
  return moments.length > 1
    ? E.left(problem('invalid_request', `Use one of ${word}_revision, ${word}_position and ${word}_time.`))
    : E.right(moments[0]);
};

const keyOf = ({ roomId, type }: AccountDataEntry): string => JSON.stringify([roomId ?? '', type]);

const stateAt = async ({ context, params }: DiffCall, at: AsOf | undefined): Promise<E.Either<Problem, Pick<StateAsOf, 'revision' | 'entries'>>> => {
  const { projection } = context.engine;
  if (at === undefined) {
    return E.right({ revision: projection.heads(params.userId).accountData, entries: projection.entries(params.userId) });
  }
  const state = await projection.asOf(params.userId, at)();
  return E.isLeft(state) ? E.left(problemOf(state.left)) : state;
};

const diffHandler = async (call: DiffCall): Promise<Outcome> => {
  const { query, params } = call;
  const from = momentOf({ revision: query.from_revision, position: query.from_position, time: query.from_time }, 'from');
  if (E.isLeft(from)) return from;
  if (from.right === undefined) return E.left(problem('invalid_request', 'Use one of from_revision, from_position and from_time.'));
  const to = momentOf({ revision: query.to_revision, position: query.to_position, time: query.to_time }, 'to');
  if (E.isLeft(to)) return to;
  const before = await stateAt(call, from.right);
  if (E.isLeft(before)) return before;
  const after = await stateAt(call, to.right);
  if (E.isLeft(after)) return after;
  return E.right({
    status: 200,
    body: {
      user_id: params.userId,
      from_revision: revisionText(before.right.revision),
      to_revision: revisionText(after.right.revision),
      changes: changesBetween(before.right.entries, after.right.entries, query),
    },
  });
};

const revisionText = (revision: Revision | 'no-stream'): string | null => (revision === 'no-stream' ? null : String(revision));

const changesBetween = (before: ReadonlyArray<AccountDataEntry>, after: ReadonlyArray<AccountDataEntry>, query: DiffQuery) => {
  const wanted = ({ roomId, type, deleted }: AccountDataEntry): boolean =>
    !deleted &&
    (query.room_id === undefined || roomId === query.room_id) &&
    (query.type === undefined || type === query.type);
  const old = new Map(before.filter(wanted).map((entry) => [keyOf(entry), entry]));
  const current = new Map(after.filter(wanted).map((entry) => [keyOf(entry), entry]));
  const keys = [...new Set([...old.keys(), ...current.keys()])].sort();
  return keys.flatMap((key) => {
    const was = old.get(key);
    const is = current.get(key);
    const entry = is ?? was;
    if (entry === undefined || was?.revision === is?.revision) return [];
    const diff = contentDiff(was?.content ?? null, is?.content ?? null);
    if (was !== undefined && is !== undefined && diff.patch.length === 0) return [];
    return [
      {
        room_id: entry.roomId,
        type: entry.type,
        change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        before: was?.content ?? null,
        after: is?.content ?? null,
        ...diff,
      },
    ];
  });
};

/** @category endpoints */
export const auditEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getDiff,
    summary: 'What changed of a user\'s account data between two moments, as JSON Patch and in words',
    description: 'From a revision, position or time, to another one; to now where none is given.',
    need: 'read',
    answers: [{ status: 200, description: 'The keys that changed, ordered by room and type', codec: getDiff.answer }],
    userOf: ({ params }) => params.userId,
    handle: diffHandler,
  }),
  endpoint({
    ...restore,
    summary: 'Sets a key to what the change with that revision made of it, as a new change',
    description: 'The revision is one of the user\'s history; a deletion is restored as a deletion. Nothing is taken back: history goes on.',
    need: 'write',
    answers: [{ status: 200, description: 'The change, with its revision as ETag', codec: restore.answer }],
    userOf: ({ params }) => params.userId,
    handle: async (call) => {
      const { revision, if_revision: ifRevision, ...given } = call.body;
      const options = changeOptions(call, given);
      const condition = ifRevision === undefined ? {} : { ifRevision: typeof ifRevision === 'bigint' ? Revision(ifRevision) : ifRevision };
      const done = await call.context.engine.tasks.restore(call.params.userId, Revision(revision), { ...options, ...condition })();
      return E.isLeft(done)
        ? E.left(problemOf(done.left))
        : E.right({ status: 200, body: changeJson(done.right), headers: ['ETag', etag(done.right.revision), ...changeHeaders(call.context.engine, [done.right])] });
    },
  }),
  endpoint({
    ...eraseUser,
    bodyOptional: true,
    summary: 'Erases a user for good, and answers what was removed and what remains',
    description: 'Final: nothing can be stored for this user ID any more. Asking again finishes what was cut off, and is answered the same.',
    need: 'erase',
    answers: [{ status: 200, description: 'The receipt', codec: eraseUser.answer }],
    userOf: ({ params }) => params.userId,
    handle: async ({ params, body, principal, context }) => {
      const { reason } = body;
      const receipt = await context.engine.tasks.eraseUser(params.userId, {
        actor: principal.actor,
        ...(reason === undefined ? {} : { reason }),
      })();
      if (E.isLeft(receipt)) return E.left(problemOf(receipt.left));
      const { userId, logId, erasedAt, position, steps, final } = receipt.right;
      return E.right({
        status: 200,
        body: {
          user_id: userId,
          log_id: logId,
          erased_at: timeText(erasedAt),
          position: position === null ? null : String(position),
          steps,
          final,
        },
      });
    },
  }),
];
