import type { RoomId, StreamNames, UserId } from '@account-data/domain';
import type { EventStore, PositionedEvent, ReadError, ReadFrom, Subscription, SubscriptionHealth } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { erasedUsers } from './erasedUsers.js';
import { type StoredRoomEvent, storedRoomEvent } from './RoomStreamEvent.js';
import { roomStreamNames } from './roomStreams.js';

/** Where rooms are read from. @category model */
export interface RoomReaderOptions {
  readonly store: EventStore;
  readonly names: StreamNames;
}

/** A part of a room, in the order of sending. @category model */
export interface RoomSlice {
  readonly events: ReadonlyArray<StoredRoomEvent>;
  /** Read on after this. */
  readonly next: ReadFrom;
  readonly isEnd: boolean;
}

/**
 * The events of a room stream in the order they were sent, after a position; nothing of users who were erased, which an
 * EventStoreDB goes on showing until it is scavenged.
 *
 * @category interpreters
 */
export const readRoom = (options: RoomReaderOptions, roomId: RoomId) => {
  const { store, names } = options;
  const erased = erasedUsers(options);
  return (after: ReadFrom, limit: number): TE.TaskEither<ReadError, RoomSlice> =>
    async () => {
      const slice = await store.readAll({ after, prefixes: [roomStreamNames(names).prefixOf(roomId)], limit })();
      if (E.isLeft(slice)) return slice;
      const gone = await erased();
      if (E.isLeft(gone)) return gone;
      const { events, next, isEnd } = slice.right;
      return E.right({ events: eventsOf(names, roomId, events, gone.right), next, isEnd });
    };
};

/** Calls back with the events of a room stream after a position, and with those to come. @category interpreters */
export const followRoom = (
  options: RoomReaderOptions,
  roomId: RoomId,
  after: ReadFrom,
  onEvents: (events: ReadonlyArray<StoredRoomEvent>) => void | Promise<void>,
  onHealth?: (health: SubscriptionHealth) => void,
): Subscription => {
  const { store, names } = options;
  const erased = erasedUsers(options);
  /** The store comes back as its subscription does; closed, it ends the subscription, too. */
  const erasedByNow = async (): Promise<ReadonlySet<UserId> | undefined> => {
    for (;;) {
      const gone = await erased();
      if (E.isRight(gone)) return gone.right;
      if (gone.left._tag === 'StoreClosed') return undefined;
      if (gone.left._tag !== 'StoreUnavailable') throw new Error(`The erasures can't be read: ${gone.left.message}`);
    }
  };
  return store.subscribe({
    after,
    prefixes: [roomStreamNames(names).prefixOf(roomId)],
    onBatch: async ({ events }) => {
      if (events.length === 0) return;
      const gone = await erasedByNow();
      const found = gone === undefined ? [] : eventsOf(names, roomId, events, gone);
      if (found.length > 0) await onEvents(found);
    },
    ...(onHealth === undefined ? {} : { onHealth }),
  });
};

const eventsOf = (
  names: StreamNames,
  roomId: RoomId,
  events: ReadonlyArray<PositionedEvent>,
  erased: ReadonlySet<UserId>,
): ReadonlyArray<StoredRoomEvent> => {
  const { userIn } = roomStreamNames(names);
  const found: Array<StoredRoomEvent> = [];
  for (const event of events) {
    const userId = userIn(roomId, event.stream);
    if (userId !== undefined && erased.has(userId)) continue;
    const stored = storedRoomEvent(event);
    if (stored?.room_id === roomId) found.push(stored);
  }
  return found;
};
