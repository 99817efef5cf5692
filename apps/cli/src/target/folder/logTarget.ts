import {
  type Actor,
  defaultLimits,
  type DomainError,
  type JsonObject,
  liveEntry,
  parseAccountDataType,
  parseRoomId,
  parseRoomIdOrNull,
  type RevisionCondition,
} from '@account-data/domain';
import type { AccountDataLog, Change, CommandError } from '@account-data/engine';
import { type ReadError, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, usageError } from '../../Refusal.js';
import type { ChangeAnswer, ChangeRequest, HistoryWindow, Target } from '../Target.js';
import { logFeed } from './logFeed.js';
import { logRefusal, needsServer } from './logRefusal.js';
import { logTimeTravel } from './logTimeTravel.js';

/** What changes are recorded with. */
interface ChangeOptions {
  readonly actor: Actor;
  readonly await: 'appended';
  readonly reason?: string;
  readonly requestKey?: string;
}

const optionsOf = (actor: Actor, { reason, requestKey }: ChangeRequest): ChangeOptions => ({
  actor,
  await: 'appended',
  ...(reason === undefined ? {} : { reason }),
  ...(requestKey === undefined ? {} : { requestKey }),
});

const conditionOf = ({ ifRevision }: ChangeRequest): { readonly ifRevision?: RevisionCondition } => {
  if (ifRevision === undefined) return {};
  return { ifRevision };
};

const changed = (change: TE.TaskEither<CommandError, Change>): TE.TaskEither<Refusal, ChangeAnswer> =>
  pipe(
    change,
    TE.bimap(logRefusal, ({ revision, position, repeated }) => ({
      revision,
      repeated,
      ...(position === null ? {} : { position }),
    })),
  );

const read = <A>(task: TE.TaskEither<ReadError | DomainError, A>): TE.TaskEither<Refusal, A> =>
  pipe(task, TE.mapLeft(logRefusal));

/** The log itself, read and written without a server's help. */
export const logTarget = (
  log: AccountDataLog,
  actor: Actor,
): Omit<Target, 'room' | 'close'> => ({
  put: ({ userId, roomId, type }, content, request) =>
    changed(
      log.tasks.setAccountData(userId, roomId, type, content, { ...optionsOf(actor, request), ...conditionOf(request) }),
    ),
  delete: ({ userId, roomId, type }, request) =>
    changed(log.tasks.deleteAccountData(userId, roomId, type, { ...optionsOf(actor, request), ...conditionOf(request) })),
  setTag: (userId, roomId, tag, content, request) =>
    changed(log.tasks.setTag(userId, roomId, tag, content, optionsOf(actor, request))),
  removeTag: (userId, roomId, tag, request) => changed(log.tasks.removeTag(userId, roomId, tag, optionsOf(actor, request))),

  get: (key) =>
    read(
      pipe(
        TE.Do,
        TE.bind('roomId', () => TE.fromEither(parseRoomIdOrNull(key.roomId))),
        TE.bind('type', () => TE.fromEither(parseAccountDataType(key.type, defaultLimits))),
        TE.bindW('state', () => log.state(key.userId)),
        TE.map(({ roomId, type, state }) => {
          const entry = liveEntry(state, roomId, type);
          return entry === undefined ? undefined : { ...key, content: entry.content, revision: entry.revision };
        }),
      ),
    ),

  tags: (userId, room) =>
    read(
      pipe(
        TE.fromEither(parseRoomId(room)),
        TE.bindTo('roomId'),
        TE.bindW('state', () => log.tagState(userId)),
        TE.map(({ roomId, state }): { readonly [tag: string]: JsonObject } =>
          Object.fromEntries(
            [...(state.entries.get(roomId) ?? [])].flatMap(([tag, { content, deleted }]) => (deleted ? [] : [[tag, content]])),
          ),
        ),
      ),
    ),

  history: ({ userId, roomId, type, ...window }) =>
    userId === undefined
      ? TE.left(needsServer('Changes across users are found through the index of a server.'))
      : pipe(
          windowOf(window),
          TE.fromEither,
          TE.chain((page) =>
            read(
              pipe(
                roomId === undefined ? E.right(undefined) : parseRoomIdOrNull(roomId),
                TE.fromEither,
                TE.chainW(() =>
                  log.history(userId, { ...page, ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) }),
                ),
                TE.map(({ entries, next }) => ({
                  changes: entries.map(withoutPreviousRevision),
                  ...(next === undefined ? {} : { next: String(next) }),
                })),
              ),
            ),
          ),
        ),

  tagHistory: ({ userId, roomId, ...window }) =>
    pipe(
      windowOf(window),
      TE.fromEither,
      TE.chain((page) =>
        read(
          pipe(
            log.tagHistory(userId, { ...page, ...(roomId === undefined ? {} : { roomId }) }),
            TE.map(({ entries, next }) => ({
              changes: entries.map(withoutPreviousRevision),
              ...(next === undefined ? {} : { next: String(next) }),
            })),
          ),
        ),
      ),
    ),

  ...logTimeTravel(log),
  feed: logFeed(log),
});

const withoutPreviousRevision = <A extends { readonly previousRevision: unknown }>({ previousRevision: _, ...entry }: A): Omit<A, 'previousRevision'> => entry;

/** A cursor of the log itself is a revision. */
const windowOf = ({ cursor, direction, limit, since, until }: HistoryWindow) =>
  cursor !== undefined && !/^\d{1,19}$/.test(cursor)
    ? E.left(usageError('The cursor is not one of a data folder: there it is a revision.', 'Use the cursor that history printed for this folder.'))
    : E.right({
        direction,
        limit: Math.min(limit, Number.MAX_SAFE_INTEGER),
        ...(cursor === undefined ? {} : { from: Revision(cursor) }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      });
