import { type JsonObject, type RoomId, type UserId, copyJsonObject, defaultLimits, isRoomId, isUserId } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import { type RoomEvent, RoomSinkError } from './RoomEventSink.js';

/** A room event that can be sent: a copy, frozen. */
export interface CheckedRoomEvent extends RoomEvent {
  readonly room_id: RoomId;
  readonly sender: UserId;
}

/** What a module gives may be anything. Throws {@link RoomSinkError}, which never shows the content. */
export const checkRoomEvent = (event: RoomEvent): CheckedRoomEvent => {
  const { type, room_id, sender } = event;
  if (typeof type !== 'string' || type === '') throw refused('type', 'the type of an event');
  if (type === 'm.room.member') throw refused('type', 'not a membership: those are not sent this way');
  if (typeof room_id !== 'string' || !isRoomId(room_id)) throw refused('room_id', 'a room ID');
  if (typeof sender !== 'string' || !isUserId(sender)) throw refused('sender', 'a user ID');
  const content: E.Either<unknown, JsonObject> = copyJsonObject(event.content, defaultLimits);
  if (E.isLeft(content)) throw refused('content', 'a JSON object within the limits of content');
  return { type, room_id, sender, content: content.right };
};

const refused = (path: string, expected: string): RoomSinkError =>
  new RoomSinkError('invalid_room_event', `The room event can't be sent: ${path} must be ${expected}.`);
