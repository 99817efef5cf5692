import * as t from 'io-ts';
import { described } from '../json/jsonSchema.js';
import { listOf } from '../json/list.js';
import { pageCursor, pageLimit } from '../json/models.js';
import { answerRecord, pathRecord, record } from '../json/record.js';
import { ContentObject, GivenRoomId, PositionText, RoomIdText, integerText } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** Rooms of the log: what modules sent where no homeserver takes it. */

/** An event of a room, as Matrix writes events, and where it comes from. @category codecs */
export const RoomEvent = answerRecord(
  'RoomEvent',
  {
    eventId: t.string,
    roomId: RoomIdText,
    sender: t.string,
    type: t.string,
    content: ContentObject,
    /** When it was sent, in milliseconds since the Unix epoch. */
    time: t.number,
    position: PositionText,
  },
  { module: t.string, sourceEventId: t.string },
  { time: 'origin_server_ts' },
);

/** How long an answer may wait for an event, in milliseconds: less than proxies allow a request. @category constants */
export const maxRoomWait = 30_000;

/** A page of what modules sent into a room; waits for more where that is asked for (milliseconds). @category operations */
export const getRoomEvents = operation({
  operationId: 'getRoomEvents',
  method: 'GET',
  path: '/v1/rooms/{roomId}/events',
  params: pathRecord('RoomPath', { roomId: GivenRoomId }, {}),
  query: record('RoomEventsQuery', {}, {
    limit: pageLimit,
    cursor: pageCursor,
    wait: described(integerText(0, maxRoomWait), 'How long to wait for an event where there is none yet, in milliseconds; default 0'),
  }),
  answer: answerRecord('RoomEvents', { events: listOf(RoomEvent), next: t.string, atEnd: t.boolean }, {}),
});
