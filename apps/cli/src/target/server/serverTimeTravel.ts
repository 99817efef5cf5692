import { getDiff, getState, getTags } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../../Refusal.js';
import type { Entry, Moment, Target } from '../Target.js';
import { callOperation } from './callOperation.js';
import type { HttpServer } from './HttpServer.js';

const pageSize = 1_000;

const atOf = (at: Moment) => {
  if ('revision' in at) return { atRevision: at.revision };
  return 'position' in at ? { atPosition: at.position } : { atTime: at.time };
};

const fromOf = (at: Moment) => {
  if ('revision' in at) return { fromRevision: at.revision };
  return 'position' in at ? { fromPosition: at.position } : { fromTime: at.time };
};

const toOf = (at: Moment | undefined) => {
  if (at === undefined) return {};
  if ('revision' in at) return { toRevision: at.revision };
  return 'position' in at ? { toPosition: at.position } : { toTime: at.time };
};

/** What was, as a running server tells it. */
export const serverTimeTravel = (server: HttpServer): Pick<Target, 'asOf' | 'diff'> => {
  const entriesAt =
    (userId: string, at: Moment): TE.TaskEither<Refusal, ReadonlyArray<Entry>> =>
    async () => {
      const found: Array<Entry> = [];
      for (let cursor: string | undefined; ; ) {
        const query = { ...atOf(at), limit: pageSize, ...(cursor === undefined ? {} : { cursor }) };
        const page = await callOperation(server, getState, { params: { userId }, query })();
        if (E.isLeft(page)) return page;
        for (const { roomId, type, content, revision } of page.right.entries) found.push({ userId, roomId, type, content, revision });
        cursor = page.right.next;
        if (cursor === undefined) return E.right(found);
      }
    };
  return {
    asOf: (userId, at) =>
      pipe(
        TE.Do,
        TE.bind('entries', () => entriesAt(userId, at)),
        TE.bind('answer', () => callOperation(server, getTags, { params: { userId }, query: atOf(at) })),
        TE.map(({ entries, answer }) => ({
          entries,
          tags: answer.rooms,
        })),
      ),
    diff: ({ userId, from, to, roomId, type }) =>
      pipe(
        callOperation(server, getDiff, {
          params: { userId },
          query: { ...fromOf(from), ...toOf(to), ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) },
        }),
        TE.map(({ changes }) => changes),
      ),
  };
};
