import { type JsonObject, PositionCodec, RevisionCodec } from '@account-data/domain';
import type { Position, PositionedEvent, ProposedEvent, RecordedEvent, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { RoomEvent, RoomEventSource } from './RoomEventSink.js';

export const roomEventType = 'RoomEventSent';
const schemaVersion = 1;

const dataCodec = t.type({
  type: t.string,
  room_id: t.string,
  sender: t.string,
  content: t.UnknownRecord,
});

const sourceCodec = t.type({
  module: t.string,
  sourceEventId: t.string,
  sourceRevision: RevisionCodec,
  /** The highest source revision in the stream up to here: where it is lower, an event can't have been sent before. */
  maxSourceRevision: RevisionCodec,
  sourcePosition: PositionCodec,
  index: t.number,
  epoch: t.number,
});

/** Where a stored room event comes from. */
export type StoredSource = t.TypeOf<typeof sourceCodec>;

/** A room event as the log holds it. @category model */
export interface StoredRoomEvent extends RoomEvent {
  /** As Matrix writes ids of events. */
  readonly event_id: string;
  /** Milliseconds since the Unix epoch. */
  readonly origin_server_ts: number;
  readonly position: Position;
  /** The change it tells of, if it tells of one. */
  readonly sourceEventId: string | undefined;
  readonly module: string | undefined;
}

/** A room event as the log keeps it; `origin` is absent outside deliveries. @category constructors */
export const proposedRoomEvent = (
  id: string,
  event: RoomEvent,
  module: string,
  origin?: { readonly source: RoomEventSource; readonly maxSourceRevision: Revision },
): ProposedEvent => ({
  id,
  type: roomEventType,
  data: { type: event.type, room_id: event.room_id, sender: event.sender, content: event.content },
  metadata:
    origin === undefined
      ? { schemaVersion, module }
      : {
          schemaVersion,
          $causationId: origin.source.eventId,
          ...sourceCodec.encode({
            module,
            sourceEventId: origin.source.eventId,
            sourceRevision: origin.source.revision,
            maxSourceRevision: origin.maxSourceRevision,
            sourcePosition: origin.source.position,
            index: origin.source.index,
            epoch: origin.source.epoch,
          }),
        },
});

/** Where a stored event comes from; undefined for one sent outside any delivery. */
export const sourceOf = (event: RecordedEvent): StoredSource | undefined => {
  const decoded = sourceCodec.decode(event.metadata);
  return E.isRight(decoded) ? decoded.right : undefined;
};

/** Undefined for what is no room event. @category interpreters */
export const storedRoomEvent = (event: PositionedEvent): StoredRoomEvent | undefined => {
  const decoded = event.type === roomEventType ? dataCodec.decode(event.data) : undefined;
  if (decoded === undefined || E.isLeft(decoded)) return undefined;
  const { type, room_id, sender, content } = decoded.right;
  const source = sourceOf(event);
  return {
    type,
    room_id,
    sender,
    content: content as JsonObject,
    event_id: `$${event.id}`,
    origin_server_ts: event.created,
    position: event.position,
    sourceEventId: source?.sourceEventId,
    module: source?.module,
  };
};
