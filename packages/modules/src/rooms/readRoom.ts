import type { RoomId, StreamNames } from '@account-data/domain';
import type { EventStore, PositionedEvent, ReadError, ReadFrom, Subscription, SubscriptionHealth } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type StoredRoomEvent, storedRoomEvent } from './RoomStreamEvent.js';
import { roomStreamNames } from './roomStreams.js';

/** @category model */
export interface RoomReaderOptions {
  readonly store: EventStore;
  readonly names: StreamNames;
}

/** @category model */
export interface RoomSlice {
  readonly events: ReadonlyArray<StoredRoomEvent>;
  /** Read on after this. */
  readonly next: ReadFrom;
  readonly isEnd: boolean;
}

/** The events of a room stream in the order they were sent, after a position. @category interpreters */
export const readRoom =
  ({ store, names }: RoomReaderOptions, roomId: RoomId) =>
  (after: ReadFrom, limit: number): TE.TaskEither<ReadError, RoomSlice> =>
  async () => {
    const slice = await store.readAll({ after, prefixes: [roomStreamNames(names).prefixOf(roomId)], limit })();
    if (E.isLeft(slice)) return slice;
    const { events, next, isEnd } = slice.right;
    return E.right({ events: eventsOf(events, roomId), next, isEnd });
  };

/** Calls back with the events of a room stream after a position, and with those to come. @category interpreters */
export const followRoom = (
  { store, names }: RoomReaderOptions,
  roomId: RoomId,
  after: ReadFrom,
  onEvents: (events: ReadonlyArray<StoredRoomEvent>) => void | Promise<void>,
  onHealth?: (health: SubscriptionHealth) => void,
): Subscription =>
  store.subscribe({
    after,
    prefixes: [roomStreamNames(names).prefixOf(roomId)],
    onBatch: ({ events }) => {
      const found = eventsOf(events, roomId);
      return found.length === 0 ? undefined : onEvents(found);
    },
    ...(onHealth === undefined ? {} : { onHealth }),
  });

const eventsOf = (events: ReadonlyArray<PositionedEvent>, roomId: RoomId): ReadonlyArray<StoredRoomEvent> => {
  const found: Array<StoredRoomEvent> = [];
  for (const event of events) {
    const stored = storedRoomEvent(event);
    if (stored?.room_id === roomId) found.push(stored);
  }
  return found;
};
