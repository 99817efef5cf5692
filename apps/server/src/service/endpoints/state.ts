import { isRoomId, type UserId } from '@account-data/domain';
import { type Revision } from '@account-data/event-store';
import type { ReadFrom } from '@account-data/event-store';
import type { AccountDataEntry, AsOf, EntriesPageQuery, EntryPlace, RoomTags } from '@account-data/projection';
import { getState, getTags, StreamedList } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { makeCursor, notACursor, readCursor } from '../cursor.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome, ServiceContext } from '../Endpoint.js';
import { problem, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** GET /v1/users/{userId}/state and /tags: what a user has, now or as of a moment. */

type StateQuery = t.TypeOf<typeof getState.query>;
type StateCall = Call<t.TypeOf<typeof getState.params>, StateQuery, undefined>;

/** A page ends early where its contents take more. */
const pageBytes = 256 * 1024;

interface Page {
  readonly revision: Revision | 'no-stream';
  readonly position: ReadFrom;
  readonly entries: ReadonlyArray<AccountDataEntry>;
  readonly next?: EntryPlace | undefined;
}

/** What is asked for, after a key, as it is now: a page looks at so many keys only, and may have to be read on. */
const pageNow = async ({ query, params, context }: StateCall, asked: EntriesPageQuery): Promise<Page> => {
  const { projection } = context.engine;
  const revision = projection.heads(params.userId).accountData;
  const position = projection.position();
  const entries: Array<AccountDataEntry> = [];
  const limit = asked.limit ?? Infinity;
  let after = asked.after;
  do {
    await context.turns.next();
    const page = projection.entriesPage(params.userId, {
      ...asked,
      includeDeleted: query.includeDeleted ?? false,
      limit: limit - entries.length,
      ...(after === undefined ? {} : { after }),
    });
    // What is found is written, and counts then.
    context.turns.spend(pageBytes / 8);
    entries.push(...page.entries);
    after = page.next;
    // One full page is enough: those that looked at keys of others alone are read on.
  } while (after !== undefined && entries.length === 0);
  return { revision, position, entries, next: after };
};

const pageAsOf = async (call: StateCall, at: AsOf, asked: EntriesPageQuery): Promise<E.Either<Problem, Page>> => {
  const { params, context } = call;
  const state = await context.engine.projection.asOf(params.userId, at, asked)();
  if (E.isLeft(state)) return E.left(problemOf(state.left));
  const { revision, position, entries, next } = state.right;
  return E.right({ revision, position: position ?? 'start', entries, next });
};

const pageOf = async (call: StateCall, after: EntryPlace | undefined): Promise<E.Either<Problem, Page>> => {
  const { query } = call;
  const at = asOf(query);
  if (at === 'several') return E.left(problem('invalid_request', 'Use one of at_revision, at_position and at_time.'));
  const asked = {
    limit: query.limit ?? 500,
    maxBytes: pageBytes,
    ...(query.roomId === undefined ? {} : { roomId: query.roomId }),
    ...(query.type === undefined ? {} : { type: query.type }),
    ...(after === undefined ? {} : { after }),
  };
  return at === undefined ? E.right(await pageNow(call, asked)) : pageAsOf(call, at, asked);
};

const asOf = (query: Pick<StateQuery, 'atRevision' | 'atPosition' | 'atTime' | 'by'>): AsOf | undefined | 'several' => {
  const { atRevision: revision, atPosition: position, atTime: time, by } = query;
  const moments: ReadonlyArray<AsOf> = [
    ...(revision === undefined ? [] : [{ revision }]),
    ...(position === undefined ? [] : [{ position }]),
    ...(time === undefined ? [] : [{ time, ...(by === undefined ? {} : { by }) }]),
  ];
  return moments.length > 1 ? 'several' : moments[0];
};

/** Entries are in order of room and type; a cursor is the last key given, so changes in between shift nothing. */
const keyText = ({ roomId, type }: EntryPlace): string => JSON.stringify([roomId, type]);

const parseKey = (text: string): E.Either<Problem, EntryPlace> => {
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
const lastKeyOf = async ({ query, context }: StateCall, list: string): Promise<E.Either<Problem, EntryPlace | undefined>> => {
  if (query.cursor === undefined) return E.right(undefined);
  const place = await readCursor(context.engine, list, query.cursor);
  return E.isLeft(place) ? place : parseKey(place.right);
};

const handleState = async (call: StateCall): Promise<Outcome<t.TypeOf<typeof getState.answer>>> => {
  const { params, context } = call;
  const list = `state ${params.userId}`;
  const after = await lastKeyOf(call, list);
  if (E.isLeft(after)) return after;
  const page = await pageOf(call, after.right);
  if (E.isLeft(page)) return page;
  const { entries, revision, position, next } = page.right;
  return E.right({
    status: 200,
    body: {
      userId: params.userId as UserId,
      revision,
      position,
      entries,
      ...(next === undefined ? {} : { next: makeCursor(context.engine, list, keyText(next)) }),
    },
  });
};

/** The tags of rooms that have any, as they are now: read as they are written. */
async function* tagsNow({ engine, turns }: ServiceContext, userId: string): AsyncGenerator<RoomTags, void, void> {
  for (let after: string | undefined; ; ) {
    await turns.next();
    const page = engine.projection.tagsPage(userId, { maxBytes: pageBytes / 4, ...(after === undefined ? {} : { after }) });
    turns.spend(pageBytes / 8);
    for (const tags of page.rooms) if (hasTags(tags)) yield tags;
    if (page.next === undefined) return;
    after = page.next;
  }
}

async function* tagsThen(rooms: ReadonlyArray<RoomTags>): AsyncGenerator<RoomTags, void, void> {
  for (const tags of rooms) if (hasTags(tags)) yield await Promise.resolve(tags);
}

const hasTags = ({ tags }: RoomTags): boolean => Object.keys(tags).length > 0;

/** State of a user, now and as of a moment, and tags. @category endpoints */
export const stateEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getState,
    summary: 'The account data of a user, now or as of a revision, position or time',
    need: 'read',
    answers: [{ status: 200, description: 'A page of entries, ordered by room and type' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    readsPages: true,
    handle: handleState,
  }),
  endpoint({
    ...getTags,
    summary: 'The room tags of a user, now or as of a moment',
    description: '`at_revision` is a revision of the user\'s account data: the tags as they were when that change was made.',
    need: 'read',
    answers: [{ status: 200, description: 'All rooms that have tags' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    handle: async ({ params: { userId }, query, context }) => {
      const { projection } = context.engine;
      const at = asOf(query);
      if (at === 'several') return E.left(problem('invalid_request', 'Use one of at_revision, at_position and at_time.'));
      const body = (rooms: AsyncIterable<RoomTags>): Outcome<t.TypeOf<typeof getTags.answer>> =>
        E.right({ status: 200, body: { userId: userId as UserId, rooms: new StreamedList(rooms) } });
      if (at === undefined) return body(tagsNow(context, userId));
      const then = await projection.tagsAsOf(userId, at)();
      return E.isLeft(then) ? E.left(problemOf(then.left)) : body(tagsThen(then.right.rooms));
    },
  }),
];
