import type { RoomId, UserId } from '@account-data/domain';
import type { AppendError, EventStore, ReadError, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RoomReaderOptions } from './readRoom.js';
import type { RedactedInRoom } from './RoomEventSink.js';
import { closeRooms, readRoomIndex } from './roomIndex.js';
import { roomStreamNames } from './roomStreams.js';

/** The rooms whose streams hold something about a user. @category interpreters */
export const roomsAbout =
  ({ store, names }: RoomReaderOptions, userId: UserId): TE.TaskEither<ReadError, ReadonlyArray<RoomId>> =>
  async () => {
    const index = await readRoomIndex(store, roomStreamNames(names).roomsOf(userId));
    if (E.isLeft(index)) return index;
    return E.right(index.right === 'erased' ? [] : [...index.right.rooms]);
  };

/**
 * Deletes for good what room streams hold about a user, and keeps anything from being added. It may be done again, also
 * after it was cut short. Messages that went to a homeserver are its sink's to redact. Answers what rooms held;
 * `tell` hears how many of their streams are removed, before each.
 *
 * @category interpreters
 */
export const eraseRoomEvents =
  (options: RoomReaderOptions, userId: UserId, tell?: (removed: number, toRemove: number) => void): TE.TaskEither<ReadError | AppendError, ReadonlyArray<RedactedInRoom>> =>
  async () => {
    const { store, names } = options;
    const streams = roomStreamNames(names);
    // First no room can be entered any more; then those that were are all there are.
    const closed = await closeRooms(store, streams.roomsOf(userId), userId);
    if (E.isLeft(closed)) return closed;
    const rooms = await roomsAbout(options, userId)();
    if (E.isLeft(rooms)) return rooms;
    const removed: Array<RedactedInRoom> = [];
    for (const [index, roomId] of rooms.right.entries()) {
      tell?.(index, rooms.right.length);
      const stream = streams.roomAndUser(roomId, userId);
      const events = await lengthOf(store, stream);
      if (E.isLeft(events)) return events;
      const erased = await store.tombstone(stream)();
      if (E.isLeft(erased)) return erased;
      if (events.right > 0) removed.push({ roomId, events: events.right });
    }
    const erased = await store.tombstone(streams.roomsOf(userId))();
    return E.isLeft(erased) ? erased : E.right(removed);
  };

const lengthOf = async (store: EventStore, stream: StreamName): Promise<E.Either<ReadError, number>> => {
  const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
  if (E.isLeft(slice)) return slice;
  const last = slice.right._tag === 'Events' ? slice.right.events[0] : undefined;
  return E.right(last === undefined ? 0 : Number(last.revision) + 1);
};
