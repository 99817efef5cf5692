import { Position, Revision } from '@account-data/event-store';
import { PositionText, RevisionText, getHistory, getLogHistory, getTagHistory } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { type CursorLog, makeCursor, notACursor, readCursor } from '../cursor.js';
import { endpoint } from '../Endpoint.js';
import type { Endpoint } from '../Endpoint.js';
import { problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** History of one user, and across users. */

type Window = Pick<t.TypeOf<typeof getHistory.query>, 'direction' | 'since' | 'until' | 'by' | 'limit'>;

/** Which time `since` and `until` mean. */
const timesMeant =
  '`since` (inclusive) and `until` (exclusive) go by when a change was made: of what was imported, that is its `original_time`. ' +
  'With `by=recorded` they go by `time`, when this log recorded it: of what was imported, the import.';

/** A page ends early where its contents, or those before them, take more. */
const pageBytes = 128 * 1024;

const windowOf = ({ direction, since, until, by, limit }: Window) => ({
  maxBytes: pageBytes,
  ...(direction === undefined ? {} : { direction }),
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
  ...(by === undefined ? {} : { by }),
  ...(limit === undefined ? {} : { limit }),
});

/** Where to begin: after the cursor, or from the place asked for. */
const placeOf = async <A>(
  engine: CursorLog,
  list: string,
  cursor: string | undefined,
  from: A | undefined,
  codec: t.Type<A, string, unknown>,
): Promise<E.Either<Problem, A | undefined>> => {
  if (cursor === undefined) return E.right(from);
  const place = await readCursor(engine, list, cursor);
  if (E.isLeft(place)) return place;
  const decoded = codec.decode(place.right);
  return E.isLeft(decoded) ? E.left(notACursor) : decoded;
};

interface Page<A> {
  readonly entries: ReadonlyArray<A>;
  /** A position or a revision. */
  readonly next?: string | undefined;
}

/** A page, with the cursor that the next one is asked for with. */
const pageBody = <A>(log: CursorLog, list: string, { entries, next }: Page<A>) => ({
  entries,
  ...(next === undefined ? {} : { next: makeCursor(log, list, next) }),
});

/** History of a user, of a user's tags, and across users. @category endpoints */
export const historyEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getHistory,
    summary: 'Who changed what of a user\'s account data, when, why, from what to what',
    description: `Newest first unless \`direction=forwards\`. Pages are stable while changes are appended; one that is large ends before its limit. ${timesMeant}`,
    need: 'read',
    answers: [{ status: 200, description: 'A page of changes' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    readsPages: true,
    handle: async ({ params: { userId }, query, context }) => {
      const { engine } = context;
      const list = `history ${userId}`;
      const from = await placeOf(engine, list, query.cursor, query.from, RevisionText);
      if (E.isLeft(from)) return from;
      const page = await engine.projection.history(userId, {
        ...windowOf(query),
        ...(query.type === undefined ? {} : { type: query.type }),
        ...(query.roomId === undefined ? {} : { roomId: query.roomId }),
        ...(from.right === undefined ? {} : { from: Revision(from.right) }),
      })();
      if (E.isLeft(page)) return E.left(problemOf(page.left));
      return E.right({ status: 200, body: pageBody(engine, list, page.right) });
    },
  }),
  endpoint({
    ...getTagHistory,
    summary: 'Who set or removed which room tag of a user, when, why, from what to what',
    description: `As the history of account data, whose revisions are others: \`previous_content\` and \`content\` are null where the room did not have the tag. ${timesMeant}`,
    need: 'read',
    answers: [{ status: 200, description: 'A page of changes of tags' }],
    problems: engineProblems.query,
    userOf: ({ params }) => params.userId,
    readsPages: true,
    handle: async ({ params: { userId }, query, context }) => {
      const { engine } = context;
      const list = `tags ${userId}`;
      const from = await placeOf(engine, list, query.cursor, query.from, RevisionText);
      if (E.isLeft(from)) return from;
      const page = await engine.projection.tagHistory(userId, {
        ...windowOf(query),
        ...(query.roomId === undefined ? {} : { roomId: query.roomId }),
        ...(query.tag === undefined ? {} : { tag: query.tag }),
        ...(from.right === undefined ? {} : { from: Revision(from.right) }),
      })();
      if (E.isLeft(page)) return E.left(problemOf(page.left));
      return E.right({ status: 200, body: pageBody(engine, list, page.right) });
    },
  }),
  endpoint({
    ...getLogHistory,
    summary: 'Changes of all users, or of one type across users, in the order of the log',
    description: timesMeant,
    need: 'log',
    answers: [{ status: 200, description: 'A page of changes' }],
    problems: engineProblems.query,
    readsPages: true,
    handle: async ({ query, context }) => {
      const { engine } = context;
      const from = await placeOf(engine, 'log', query.cursor, query.from, PositionText);
      if (E.isLeft(from)) return from;
      const page = await engine.projection.logHistory({
        ...windowOf(query),
        ...(query.type === undefined ? {} : { type: query.type }),
        ...(from.right === undefined ? {} : { from: Position(from.right) }),
      })();
      if (E.isLeft(page)) return E.left(problemOf(page.left));
      return E.right({
        status: 200,
        about: new Set(page.right.entries.map(({ userId }) => userId)),
        body: pageBody(engine, 'log', page.right),
      });
    },
  }),
];
