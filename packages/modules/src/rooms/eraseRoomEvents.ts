import type { RoomId, UserId } from '@account-data/domain';
import type { AppendError, ReadError } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RoomReaderOptions } from './readRoom.js';
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
 * after it was cut short. Messages that went to a homeserver are out of reach. Answers the rooms it was in.
 *
 * @category interpreters
 */
export const eraseRoomEvents =
  (options: RoomReaderOptions, userId: UserId): TE.TaskEither<ReadError | AppendError, ReadonlyArray<RoomId>> =>
  async () => {
    const { store, names } = options;
    const streams = roomStreamNames(names);
    // First no room can be entered any more; then those that were are all there are.
    const closed = await closeRooms(store, streams.roomsOf(userId), userId);
    if (E.isLeft(closed)) return closed;
    const rooms = await roomsAbout(options, userId)();
    if (E.isLeft(rooms)) return rooms;
    for (const roomId of rooms.right) {
      const erased = await store.tombstone(streams.roomAndUser(roomId, userId))();
      if (E.isLeft(erased)) return erased;
    }
    const erased = await store.tombstone(streams.roomsOf(userId))();
    return E.isLeft(erased) ? erased : rooms;
  };
