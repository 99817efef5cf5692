import type { RoomEvent } from '@account-data/client';
import { aborted } from '@account-data/client/errors';
import { PositionCodec, type RoomId, type StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import type { StoredRoomEvent } from '@account-data/rooms';
import type { Target } from '../Target.js';
import { answerOf, folderError } from './folderError.js';

const roomEventOf = (event: StoredRoomEvent, roomId: RoomId): RoomEvent => ({
  eventId: event.event_id,
  roomId,
  sender: event.sender,
  type: event.type,
  content: event.content,
  time: event.origin_server_ts,
  position: event.position,
  ...(event.module === undefined ? {} : { module: event.module }),
  ...(event.sourceEventId === undefined ? {} : { sourceEventId: event.sourceEventId }),
});

/** What modules sent into a room of the log. `parseRoom` throws a ClientError for what is no room ID. */
export const folderRooms = (
  store: EventStore,
  names: StreamNames,
  parseRoom: (text: string) => RoomId,
): Pick<Target, 'roomEvents' | 'followRoom'> => ({
  roomEvents: async (given, { cursor = 'start', limit = 100 } = {}) => {
    const roomId = parseRoom(given);
    const { readRoom } = await import('@account-data/rooms');
    const after = PositionCodec.is(cursor) ? cursor : 'start';
    const { events, next, isEnd } = await answerOf(readRoom({ store, names }, roomId)(after, limit));
    return { events: events.map((event) => roomEventOf(event, roomId)), next: String(next), atEnd: isEnd };
  },

  async *followRoom(given, { cursor = 'start', signal } = {}) {
    const roomId = parseRoom(given);
    const { followRoom } = await import('@account-data/rooms');
    const { readable, writable } = new TransformStream<RoomEvent, RoomEvent>();
    const writer = writable.getWriter();
    const fail = (reason: unknown): void => void writer.abort(reason).catch(() => undefined);
    const stop = (): void => {
      fail(aborted(signal?.reason));
    };
    const subscription = followRoom(
      { store, names },
      roomId,
      PositionCodec.is(cursor) ? cursor : 'start',
      async (events) => {
        // A write is done when it was read, and fails when nobody reads any more.
        for (const event of events) await writer.write(roomEventOf(event, roomId)).catch(() => undefined);
      },
      (health) => {
        if (health._tag === 'Failed') fail(folderError('subscription_failed', 'The room can be followed no longer: the store failed.'));
      },
    );
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop);
    try {
      yield* readable;
    } finally {
      signal?.removeEventListener('abort', stop);
      fail(undefined);
      await subscription.close();
    }
  },
});
