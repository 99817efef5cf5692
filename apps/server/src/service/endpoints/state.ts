import { isRoomId } from '@account-data/domain';
import { Position, Revision } from '@account-data/event-store';
import type { ReadFrom } from '@account-data/event-store';
import { compareEntries } from '@account-data/projection';
import type { AccountDataEntry, AsOf } from '@account-data/projection';
import { getState, getTags } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { makeCursor, notACursor, readCursor } from '../cursor.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome } from '../Endpoint.js';
import { entryJson, tagsJson } from '../json/encode.js';
import { problem, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';

/** GET /v1/users/{userId}/state and /tags: what a user has, now or as of a moment. */

type StateQuery = t.TypeOf<typeof getState.query>;
type StateCall = Call<t.TypeOf<typeof getState.params>, StateQuery, undefined>;

interface Moment {
  readonly revision: string | null;
  readonly position: string | null;
  readonly entries: ReadonlyArray<AccountDataEntry>;
}

const orNullText = (value: bigint | 'no-stream' | ReadFrom | undefined): string | null =>
  typeof value === 'bigint' ? String(value) : null;

const momentOf = async (call: StateCall): Promise<E.Either<ReturnType<typeof problemOf>, Moment>> => {
  const { query, params, context } = call;
  const { projection } = context.engine;
  const at = asOf(query);
  if (at === 'several') return E.left(problem('invalid_request', 'Use one of at_revision, at_position and at_time.'));
  if (at === undefined) {
    return E.right({
      revision: orNullText(projection.heads(params.userId).accountData),
      position: orNullText(projection.position()),
      entries: projection.entries(params.userId, {
        ...(query.room_id === undefined ? {} : { roomId: query.room_id }),
        includeDeleted: query.include_deleted ?? false,
      }),
    });
  }
  const state = await projection.asOf(params.userId, at)();
  if (E.isLeft(state)) return E.left(problemOf(state.left));
  return E.right({
    revision: orNullText(state.right.revision),
    position: orNullText(state.right.position),
    entries: state.right.entries,
  });
};

const asOf = (query: Pick<StateQuery, 'at_revision' | 'at_position' | 'at_time'>): AsOf | undefined | 'several' => {
  const { at_revision: revision, at_position: position, at_time: time } = query;
  const moments: ReadonlyArray<AsOf> = [
    ...(revision === undefined ? [] : [{ revision: Revision(revision) }]),
    ...(position === undefined ? [] : [{ position: Position(position) }]),
    ...(time === undefined ? [] : [{ time }]),
  ];
  return moments.length > 1 ? 'several' : moments[0];
};

type Key = Pick<AccountDataEntry, 'roomId'> & { readonly type: string };

/** Entries are in order of room and type; a cursor is the last key given, so changes in between shift nothing. */
const keyText = ({ roomId, type }: Key): string => JSON.stringify([roomId, type]);

const parseKey = (text: string): E.Either<Problem, Key> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return E.left(notACursor);
  }
  if (!Array.isArray(value)) return E.left(notACursor);
  const [roomId, type] = value as ReadonlyArray<unknown>;
  return (roomId === null || (typeof roomId === 'string' && isRoomId(roomId))) && typeof type === 'string'
    ? E.right({ roomId, type })
    : E.left(notACursor);
};

/** The key that the page before ended with; undefined for the first page. */
const lastKeyOf = ({ query, context }: StateCall, list: string): E.Either<Problem, Key | undefined> => {
  if (query.cursor === undefined) return E.right(undefined);
  const place = readCursor(context.engine.logId, list, query.cursor);
  return E.isLeft(place) ? place : parseKey(place.right);
};

const handleState = async (call: StateCall): Promise<Outcome> => {
  const { query, params, context } = call;
  const { logId } = context.engine;
  const list = `state ${params.userId}`;
  const after = lastKeyOf(call, list);
  if (E.isLeft(after)) return after;
  const moment = await momentOf(call);
  if (E.isLeft(moment)) return moment;
  const { entries, revision, position } = moment.right;
  const wanted = entries.filter(
    ({ roomId, type, deleted }) =>
      (query.room_id === undefined || roomId === query.room_id) &&
      (query.type === undefined || type === query.type) &&
      (query.include_deleted === true || !deleted),
  );
  const start = after.right === undefined ? 0 : startAfter(wanted, after.right);
  const page = wanted.slice(start, start + (query.limit ?? 500));
  const last = page.at(-1);
  return E.right({
    status: 200,
    body: {
      user_id: params.userId,
      revision,
      position,
      entries: page.map(entryJson),
      ...(last !== undefined && start + page.length < wanted.length ? { next: makeCursor(logId, list, keyText(last)) } : {}),
    },
  });
};

/** The key itself may have been deleted since. */
const startAfter = (entries: ReadonlyArray<AccountDataEntry>, key: Key): number => {
  const later = entries.findIndex((entry) => compareEntries(entry, key) > 0);
  return later === -1 ? entries.length : later;
};

/** @category endpoints */
export const stateEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getState,
    summary: 'The account data of a user, now or as of a revision, position or time',
    need: 'read',
    answers: [{ status: 200, description: 'A page of entries, ordered by room and type', codec: getState.answer }],
    userOf: ({ params }) => params.userId,
    handle: handleState,
  }),
  endpoint({
    ...getTags,
    summary: 'The room tags of a user, now or as of a moment',
    description: '`at_revision` is a revision of the user\'s account data: the tags as they were when that change was made.',
    need: 'read',
    answers: [{ status: 200, description: 'All rooms that have tags', codec: getTags.answer }],
    userOf: ({ params }) => params.userId,
    handle: async ({ params: { userId }, query, context }) => {
      const { projection } = context.engine;
      const at = asOf(query);
      if (at === 'several') return E.left(problem('invalid_request', 'Use one of at_revision, at_position and at_time.'));
      const then = at === undefined ? E.right({ rooms: projection.allTags(userId) }) : await projection.tagsAsOf(userId, at)();
      if (E.isLeft(then)) return E.left(problemOf(then.left));
      const rooms = then.right.rooms.filter(({ tags }) => Object.keys(tags).length > 0);
      return E.right({ status: 200, body: { user_id: userId, rooms: rooms.map(tagsJson) } });
    },
  }),
];
