import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { answerRecord, record } from '../json/record.js';
import { ContentObject, PositionText, RoomIdText, integerText } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Rooms of the log: what modules sent where no homeserver takes it. */

/** An event of a room, as Matrix writes events, and where it comes from. @category codecs */
export const RoomEvent = answerRecord(
  'RoomEvent',
  {
    event_id: t.string,
    room_id: RoomIdText,
    sender: t.string,
    type: t.string,
    content: ContentObject,
    /** Milliseconds since the Unix epoch. */
    origin_server_ts: t.number,
    position: PositionText,
  },
  { module: t.string, source_event_id: t.string },
);

/** How long an answer may wait for an event, in milliseconds: less than proxies allow a request. @category constants */
export const maxRoomWait = 30_000;

/** @category operations */
export const getRoomEvents = operation({
  operationId: 'getRoomEvents',
  method: 'GET',
  path: '/v1/rooms/{roomId}/events',
  params: record('RoomPath', { roomId: RoomIdText }, {}),
  query: record('RoomEventsQuery', {}, { limit: integerText(1, 1_000), cursor: t.string, wait: integerText(0, maxRoomWait) }),
  answer: answerRecord('RoomEvents', { events: listOf(RoomEvent), next: t.string, at_end: t.boolean }, {}),
});
