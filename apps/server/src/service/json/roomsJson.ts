import type { StoredRoomEvent } from '@account-data/modules';
import type { RoomEvent } from '@account-data/service-api';
import type * as t from 'io-ts';

/** An event of a room as JSON. */
export const roomEventJson = (event: StoredRoomEvent): t.OutputOf<typeof RoomEvent> => ({
  event_id: event.event_id,
  room_id: event.room_id,
  sender: event.sender,
  type: event.type,
  content: event.content,
  origin_server_ts: event.origin_server_ts,
  position: event.position,
  ...(event.module === undefined ? {} : { module: event.module }),
  ...(event.sourceEventId === undefined ? {} : { source_event_id: event.sourceEventId }),
});
