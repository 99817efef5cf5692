import type { StoredRoomEvent } from '@account-data/rooms';
import type { RoomId } from '@account-data/domain';
import { Position } from '@account-data/event-store';
import type { ReadFrom } from '@account-data/event-store';
import { getRoomEvents } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { type CursorLog, makeCursor, notACursor, readCursor } from '../cursor.js';
import { answerEnds } from '../answerEnds.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint, Outcome, ServiceContext } from '../Endpoint.js';
import { problem, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { engineProblems } from '../problemTable.js';

/** Rooms of the log: what modules sent into them. */

const defaultLimit = 100;

const listOf = (roomId: string): string => `room ${roomId}`;

const placeOf = async (engine: CursorLog, roomId: string, cursor: string | undefined): Promise<E.Either<Problem, ReadFrom>> => {
  if (cursor === undefined) return E.right('start');
  const place = await readCursor(engine, listOf(roomId), cursor);
  if (E.isLeft(place)) return place;
  if (place.right === 'start') return E.right('start');
  return /^\d{1,20}$/.test(place.right) ? E.right(Position(place.right)) : E.left(notACursor);
};

/** Until something is sent into the room, the time is over, or nobody waits any more. */
const untilSent = ({ engine, runtime }: ServiceContext, roomId: RoomId, after: ReadFrom, wait: number, end: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      cancel();
      end.removeEventListener('abort', done);
      void subscription.close().then(resolve);
    };
    const cancel = runtime.timers.setTimeout(done, wait);
    const subscription = engine.rooms.follow(roomId, after, done);
    end.addEventListener('abort', done, { once: true });
    if (end.aborted) done();
  });

type RoomCall = Call<{ readonly roomId: string }, t.TypeOf<typeof getRoomEvents.query>, undefined>;

/** Rooms name things as Matrix does. */
const roomEventOf = ({ event_id: eventId, room_id: roomId, origin_server_ts: time, sourceEventId, module, ...rest }: StoredRoomEvent) => ({
  ...rest,
  eventId,
  roomId: roomId as RoomId,
  time,
  ...(module === undefined ? {} : { module }),
  ...(sourceEventId === undefined ? {} : { sourceEventId }),
});

const handle = async (call: RoomCall): Promise<Outcome<t.TypeOf<typeof getRoomEvents.answer>>> => {
  const { params, query, principal, context } = call;
  const { engine, streams } = context;
  const { wait = 0, limit = defaultLimit } = query;
  const roomId = params.roomId as RoomId;
  const after = await placeOf(engine, roomId, query.cursor);
  if (E.isLeft(after)) return after;
  let slice = await engine.rooms.read(roomId, after.right, limit)();
  if (wait > 0 && E.isRight(slice) && slice.right.isEnd && slice.right.events.length === 0) {
    const free = streams.take(principal.id);
    if (typeof free === 'string') {
      context.refused('event_streams');
      return E.left(free === 'all' ? problem('overloaded', 'Too many streams are open on this server.') : problem('too_many_streams'));
    }
    const ends = answerEnds(call);
    try {
      await untilSent(context, roomId, slice.right.next, wait, ends.signal);
    } finally {
      free();
      ends.release();
    }
    if (ends.why() === 'token') return E.left(problem('unknown_token'));
    slice = await engine.rooms.read(roomId, slice.right.next, limit)();
  }
  if (E.isLeft(slice)) return E.left(problemOf(slice.left));
  const { events, next, isEnd } = slice.right;
  return E.right({ status: 200, body: { events: events.map(roomEventOf), next: makeCursor(engine, listOf(roomId), next), atEnd: isEnd } });
};

/** What modules sent into rooms of this log. @category endpoints */
export const roomEndpoints: ReadonlyArray<Endpoint> = [
  endpoint({
    ...getRoomEvents,
    summary: 'What modules sent into a room of this log, in the order they sent it',
    description:
      'What went to a homeserver is not here. `next` goes on after this page, also where `at_end` says that there is no more yet: with `wait` ' +
      '(milliseconds, at most 30,000) an answer without events waits so long for one.',
    need: 'log',
    answers: [{ status: 200, description: 'A page of events, the oldest first' }],
    problems: ['too_many_streams', ...engineProblems.store],
    handle,
  }),
];
