import type { JsonObject, RoomId, UserId } from '@account-data/domain';
import type { Position, Revision } from '@account-data/event-store';

/** An event for a room, as Synapse's `create_and_send_event_into_room` takes it. @category model */
export interface RoomEvent {
  readonly type: string;
  readonly room_id: string;
  readonly sender: string;
  readonly content: JsonObject;
}

/** What became of an event that a module sent into a room. @category model */
export interface SentRoomEvent {
  /** The id of the event in the room. The same when a redelivery sends it again. */
  readonly eventId: string;
}

/** Which delivery a room event comes from. @category model */
export interface RoomEventSource {
  /** The event whose delivery sends it. */
  readonly eventId: string;
  /** Whose account data changed: what the room event tells is about this user. */
  readonly userId: UserId;
  /** Of the change, in the user's stream. */
  readonly revision: Revision;
  readonly position: Position;
  /** How many room events the same delivery sent before. */
  readonly index: number;
  readonly epoch: number;
  /** The first name of the module that sends it, which stays when the module is renamed. Default: its name. */
  readonly identity?: string;
}

/** An event that a module sends into a room, and what makes a repetition known. @category model */
export interface RoomEventRequest {
  /** The name of the module that sends it. */
  readonly module: string;
  readonly event: RoomEvent;
  /** Absent where a module sends an event outside any delivery: then nothing is deduplicated. */
  readonly source?: RoomEventSource;
  readonly signal?: AbortSignal;
  /**
   * Told, in milliseconds, before the sink waits because it was asked to: that time is not the module's, and does not
   * count against its timeout.
   */
  readonly onAskedToWait?: (milliseconds: number) => void;
}

/** How many events about a user were taken back from a room. @category model */
export interface RedactedInRoom {
  readonly roomId: RoomId;
  readonly events: number;
}

/** An event about a user that may still stand in a room. @category model */
export interface RemainingEvent {
  readonly roomId: RoomId;
  /** Null where it is not known under which id, or whether, it arrived. */
  readonly eventId: string | null;
  /** As a person reads it: `403 M_FORBIDDEN`. */
  readonly why: string;
}

/** What became of the events about a user. Holds nothing of what they said. @category model */
export interface RoomRedaction {
  readonly redacted: ReadonlyArray<RedactedInRoom>;
  readonly remaining: ReadonlyArray<RemainingEvent>;
}

/**
 * Where modules' room events go. Sending the same (source event id, module's first name, index) again, however much later and from
 * wherever, leaves one event in the room. Rejects with {@link RoomSinkError} where the event was refused or it can't be
 * known that it arrived: the delivery has failed then, and the module's policy decides.
 *
 * @category model
 */
export interface RoomEventSink {
  readonly send: (request: RoomEventRequest) => Promise<SentRoomEvent>;
  /**
   * Takes back what was sent within deliveries about a user who is erased, and keeps anything from being added. Rejects
   * with {@link RoomSinkError} where that could not be finished: asked again, it goes on where it was cut short. `tell` hears
   * how many messages are seen to, before each.
   */
  readonly redact: (userId: UserId, signal?: AbortSignal, tell?: (removed: number, toRemove: number) => void) => Promise<RoomRedaction>;
}

/** Why an event was not sent. Each is stable. @category errors */
export type RoomSinkErrorCode =
  /** The event is none: it would be refused again. */
  | 'invalid_room_event'
  /** The event store did not take it. */
  | 'room_store_error'
  /** The homeserver refused it: it would be refused again. */
  | 'homeserver_refused'
  /** The homeserver could not be reached, was overloaded or failed, again and again. */
  | 'homeserver_unavailable';

/** The room event was not sent, or it is not known whether it was. @category errors */
export class RoomSinkError extends Error {
  readonly code: RoomSinkErrorCode;

  constructor(code: RoomSinkErrorCode, message: string) {
    super(message);
    this.name = 'RoomSinkError';
    this.code = code;
  }
}
