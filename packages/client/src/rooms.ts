import type { Position } from '@account-data/domain';
import { getRoomEvents, maxRoomWait } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { Content } from './model.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** An event that a module sent into a room of the log. @category model */
export interface RoomEvent {
  readonly eventId: string;
  readonly roomId: string;
  readonly sender: string;
  readonly type: string;
  readonly content: Content;
  /** When it was sent, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly position: Position;
  readonly module?: string;
  /** The change that it tells of, if it tells of one. */
  readonly sourceEventId?: string;
}

/** @category model */
export interface RoomPage {
  readonly events: ReadonlyArray<RoomEvent>;
  /** The cursor of what follows, also at the end. */
  readonly next: string;
  readonly atEnd: boolean;
}

/** @category model */
export interface RoomQuery extends CallOptions {
  /** Events a page, at most 1,000. Default 100. */
  readonly limit?: number;
  readonly cursor?: string;
  /** How long an answer without events waits for one, in milliseconds, at most 30,000. Default 0. */
  readonly wait?: number;
}

/** @category model */
export interface RoomCalls {
  /** A page of what modules sent into a room, the oldest first. */
  readonly roomEvents: (roomId: string, query?: RoomQuery) => Promise<RoomPage>;
  /** All of it, and what is sent later, until the signal is aborted (which it rejects with). */
  readonly followRoom: (roomId: string, options?: Pick<RoomQuery, 'cursor' | 'signal'>) => AsyncGenerator<RoomEvent, void, void>;
}

const roomEventOf = (json: t.TypeOf<typeof getRoomEvents.answer>['events'][number]): RoomEvent => ({
  eventId: json.event_id,
  roomId: json.room_id,
  sender: json.sender,
  type: json.type,
  content: json.content,
  time: json.origin_server_ts,
  position: json.position,
  ...(json.module === undefined ? {} : { module: json.module }),
  ...(json.source_event_id === undefined ? {} : { sourceEventId: json.source_event_id }),
});

/** @category constructors */
export const roomCalls = (transport: Transport): RoomCalls => {
  const roomEvents: RoomCalls['roomEvents'] = async (roomId, { limit, cursor, wait, signal } = {}) => {
    const { events, next, at_end: atEnd } = await transport.call(getRoomEvents, {
      params: { roomId },
      query: defined({ limit, cursor, wait }),
      signal,
      timeout: transport.timeout + (wait ?? 0),
      repeatable: true,
    });
    return { events: events.map(roomEventOf), next, atEnd };
  };
  return {
    roomEvents,
    async *followRoom (roomId, { cursor, signal } = {}) {
      for (let place = cursor; ; ) {
        const { events, next } = await roomEvents(roomId, { ...defined({ cursor: place, signal }), limit: 1_000, wait: maxRoomWait });
        yield* events;
        place = next;
      }
    },
  };
};
