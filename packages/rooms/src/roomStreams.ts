import { type RoomId, type StreamNames, type UserId, isUserId } from '@account-data/domain';
import { StreamName } from '@account-data/event-store';

/** The names of the streams that room events are kept in. @category model */
export interface RoomStreamNames {
  /** What modules sent into the room about one user. */
  readonly roomAndUser: (roomId: RoomId, userId: UserId) => StreamName;
  /** What modules sent into the room outside any delivery. */
  readonly room: (roomId: RoomId) => StreamName;
  /** What all streams of the room begin with; those of others may too, so compare the events' room. */
  readonly prefixOf: (roomId: RoomId) => string;
  /** Whom a stream of the room tells about; undefined where it tells about nobody. */
  readonly userIn: (roomId: RoomId, stream: string) => UserId | undefined;
  /** The rooms that hold something about the user. */
  readonly roomsOf: (userId: UserId) => StreamName;
  /** Which events were sent to a homeserver about the user. */
  readonly sentAbout: (userId: UserId) => StreamName;
}

/** The names of the streams that hold rooms. @category constructors */
export const roomStreamNames = (names: StreamNames): RoomStreamNames => ({
  roomAndUser: (roomId, userId) => StreamName(`${names.room(roomId)}/${userId}`),
  room: (roomId) => StreamName(names.room(roomId)),
  prefixOf: names.room,
  userIn: (roomId, stream) => {
    const prefix = `${names.room(roomId)}/`;
    const userId = stream.startsWith(prefix) ? stream.slice(prefix.length) : '';
    return isUserId(userId) ? userId : undefined;
  },
  roomsOf: (userId) => StreamName(`${names.prefix}account_data_rooms-${userId}`),
  sentAbout: (userId) => StreamName(`${names.prefix}account_data_sent-${userId}`),
});
