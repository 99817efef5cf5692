import { maxPageEntries } from '@account-data/domain';
import { getRoomEvents, maxRoomWait } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';
import { defined } from './reads.js';

/** What modules sent into a room; `next` is the cursor of what follows, also at the end. @category model */
export type RoomPage = t.TypeOf<typeof getRoomEvents.answer>;

/** An event that a module sent into a room of the log. @category model */
export type RoomEvent = RoomPage['events'][number];

/** Which part of a room is read, and whether to wait for more. @category model */
export interface RoomQuery extends CallOptions {
  /** Events a page, at most 1,000. Default 100. */
  readonly limit?: number;
  readonly cursor?: string;
  /** How long an answer without events waits for one, in milliseconds, at most 30,000. Default 0. */
  readonly wait?: number;
}

/** What modules sent into rooms of the log. @category model */
export interface RoomCalls {
  /** A page of what modules sent into a room, the oldest first. */
  readonly roomEvents: (roomId: string, query?: RoomQuery) => Promise<RoomPage>;
  /** All of it, and what is sent later, until the signal is aborted (which it rejects with). */
  readonly followRoom: (roomId: string, options?: Pick<RoomQuery, 'cursor' | 'signal'>) => AsyncGenerator<RoomEvent, void, void>;
}

/** Makes these calls. @category constructors */
export const roomCalls = (transport: Transport): RoomCalls => {
  const roomEvents: RoomCalls['roomEvents'] = (roomId, { limit, cursor, wait, signal } = {}) =>
    transport.call(getRoomEvents, {
      params: { roomId },
      query: defined({ limit, cursor, wait }),
      signal,
      timeout: transport.timeout + (wait ?? 0),
      repeatable: true,
    });
  return {
    roomEvents,
    async *followRoom (roomId, { cursor, signal } = {}) {
      for (let place = cursor; ; ) {
        const { events, next } = await roomEvents(roomId, { ...defined({ cursor: place, signal }), limit: maxPageEntries, wait: maxRoomWait });
        yield* events;
        place = next;
      }
    },
  };
};
