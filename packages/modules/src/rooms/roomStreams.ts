import type { RoomId, StreamNames, UserId } from '@account-data/domain';
import { StreamName } from '@account-data/event-store';

/** The names of the streams that room events are kept in. @category model */
export interface RoomStreamNames {
  /** What modules sent into the room about one user. */
  readonly roomAndUser: (roomId: RoomId, userId: UserId) => StreamName;
  /** What modules sent into the room outside any delivery. */
  readonly room: (roomId: RoomId) => StreamName;
  /** What all streams of the room begin with; those of others may too, so compare the events' room. */
  readonly prefixOf: (roomId: RoomId) => string;
  /** The rooms that hold something about the user. */
  readonly roomsOf: (userId: UserId) => StreamName;
}

/** @category constructors */
export const roomStreamNames = (names: StreamNames): RoomStreamNames => ({
  roomAndUser: (roomId, userId) => StreamName(`${names.room(roomId)}/${userId}`),
  room: (roomId) => StreamName(names.room(roomId)),
  prefixOf: names.room,
  roomsOf: (userId) => StreamName(`${names.prefix}account_data_rooms-${userId}`),
});
