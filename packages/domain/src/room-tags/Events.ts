import { eventType, firstVersion } from '../events/EventVersions.js';
import {
  type RoomTagRemovedV1,
  type RoomTagSetV1,
  decodeRoomTagRemovedV1,
  decodeRoomTagSetV1,
} from './EventsV1.js';

/** A user put a tag on a room, or changed what it says. @category model */
export interface RoomTagSet {
  readonly type: 'RoomTagSet';
  readonly data: RoomTagSetV1;
}

/** A user took a tag off a room. @category model */
export interface RoomTagRemoved {
  readonly type: 'RoomTagRemoved';
  readonly data: RoomTagRemovedV1;
}

/** What happens to room tags. They are in a stream of their own, which no module hears of. @category model */
export type RoomTagEvent = RoomTagSet | RoomTagRemoved;

/** All schema versions, oldest first. @category codecs */
export const roomTagSetVersions = eventType(
  'RoomTagSet',
  firstVersion(decodeRoomTagSetV1),
  (data): RoomTagSet => ({ type: 'RoomTagSet', data }),
);

/** All schema versions, oldest first. @category codecs */
export const roomTagRemovedVersions = eventType(
  'RoomTagRemoved',
  firstVersion(decodeRoomTagRemovedV1),
  (data): RoomTagRemoved => ({ type: 'RoomTagRemoved', data }),
);
