import { getHistory, getLogHistory, getTagHistory } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../../Refusal.js';
import type { ChangeAnswer, ChangeRequest, HistoryWindow, Key, Target } from '../Target.js';
import { CommandResults, State, Tags } from './answers.js';
import { callOperation } from './callOperation.js';
import { checkContent } from './checkContent.js';
import { decodeAnswer, type HttpServer, problemRefusal } from './HttpServer.js';
import { serverFeed } from './serverFeed.js';
import { serverTimeTravel } from './serverTimeTravel.js';
import { tailRoom } from './tailRoom.js';

/** The server gives at most 1,000 changes at a time. */
const historyPageSize = 500;

const keyOf = ({ userId, roomId, type }: Key): Readonly<Record<string, unknown>> => ({
  user_id: userId,
  room_id: roomId,
  type,
});

const optionsOf = ({ ifRevision, reason, requestKey }: ChangeRequest): Readonly<Record<string, unknown>> => ({
  ...(ifRevision === undefined ? {} : { if_revision: String(ifRevision) }),
  ...(reason === undefined ? {} : { reason }),
  ...(requestKey === undefined ? {} : { request_key: requestKey }),
});

const userPath = (userId: string, list: 'state' | 'tags', query: Readonly<Record<string, string>> = {}): string => {
  const search = new URLSearchParams(query).toString();
  return `/v1/users/${encodeURIComponent(userId)}/${list}${search === '' ? '' : `?${search}`}`;
};

/** A running server, through its service API. */
export const serverTarget = (server: HttpServer): Target => {
  const perform = (command: Readonly<Record<string, unknown>>): TE.TaskEither<Refusal, ChangeAnswer> =>
    pipe(
      server.request('POST', '/v1/commands', { commands: [command] }),
      TE.chainEitherK((body) => decodeAnswer(CommandResults, body)),
      TE.chainEitherK(({ results: [result] }): E.Either<Refusal, ChangeAnswer> => {
        if (result?.change === undefined) return E.left(problemRefusal(result?.status ?? 0, result?.problem));
        const { revision, position, repeated } = result.change;
        return E.right({ revision, ...(position === null ? {} : { position }), repeated });
      }),
    );

  return {
    put: (key, content, request) =>
      pipe(
        TE.fromEither(checkContent(content)),
        TE.chain((checked) => perform({ command: 'set', ...keyOf(key), content: checked, ...optionsOf(request) })),
      ),
    delete: (key, request) => perform({ command: 'delete', ...keyOf(key), ...optionsOf(request) }),
    setTag: (userId, roomId, tag, content, request) =>
      pipe(
        TE.fromEither(checkContent(content)),
        TE.chain((checked) =>
          perform({ command: 'set_tag', user_id: userId, room_id: roomId, tag, content: checked, ...optionsOf(request) }),
        ),
      ),
    removeTag: (userId, roomId, tag, request) =>
      perform({ command: 'remove_tag', user_id: userId, room_id: roomId, tag, ...optionsOf(request) }),

    get: (key) =>
      pipe(
        server.request('GET', userPath(key.userId, 'state', { room_id: key.roomId ?? 'global', type: key.type })),
        TE.chainEitherK((body) => decodeAnswer(State, body)),
        TE.map(({ entries: [entry] }) =>
          entry === undefined ? undefined : { ...key, content: entry.content, revision: entry.revision },
        ),
      ),

    tags: (userId, roomId) =>
      pipe(
        server.request('GET', userPath(userId, 'tags')),
        TE.chainEitherK((body) => decodeAnswer(Tags, body)),
        TE.map(({ rooms }) => rooms.find(({ room_id: room }) => room === roomId)?.tags ?? {}),
      ),

    history: ({ userId, roomId, type, ...window }) => {
      const query = { ...windowQuery(window), ...(type === undefined ? {} : { type }) };
      return pipe(
        userId === undefined
          ? callOperation(server, getLogHistory, { params: {}, query })
          : callOperation(server, getHistory, { params: { userId }, query: { ...query, ...(roomId === undefined ? {} : { roomId }) } }),
        TE.map(({ entries, next }) => ({ changes: entries, ...(next === undefined ? {} : { next }) })),
      );
    },

    tagHistory: ({ userId, roomId, ...window }) =>
      pipe(
        callOperation(server, getTagHistory, {
          params: { userId },
          query: { ...windowQuery(window), ...(roomId === undefined ? {} : { roomId }) },
        }),
        TE.map(({ entries, next }) => ({ changes: entries, ...(next === undefined ? {} : { next }) })),
      ),

    ...serverTimeTravel(server),
    feed: serverFeed(server),
    room: tailRoom(server),

    close: () => Promise.resolve(),
  };
};

const windowQuery = ({ direction, since, until, cursor, limit }: HistoryWindow) => ({
  direction,
  limit: Math.min(limit, historyPageSize),
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
  ...(cursor === undefined ? {} : { cursor }),
});
