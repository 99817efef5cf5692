import { isRoomId, isUserId, RevisionCodec, type RoomId, type UserId } from '@account-data/domain';
import type { ProposedEvent, RecordedEvent, Revision } from '@account-data/event-store';
import { nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { RoomEventSource } from './RoomEventSink.js';

/** What the record of sent events holds: which event went where on account of which change, and nothing it said. */

const sendingType = 'RoomEventSending';
const arrivedType = 'RoomEventArrived';
const refusedType = 'RoomEventRefused';
const redactedType = 'RoomEventsRedacted';
const closedType = 'RoomEventsClosed';

/** An event that is sent to a homeserver. */
export interface SentEvent {
  readonly transactionId: string;
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly type: string;
}

const roomId = new t.Type<RoomId, RoomId, unknown>(
  'a room ID',
  (value): value is RoomId => typeof value === 'string' && isRoomId(value),
  (value, context) => (typeof value === 'string' && isRoomId(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);
const userId = new t.Type<UserId, UserId, unknown>(
  'a user ID',
  (value): value is UserId => typeof value === 'string' && isUserId(value),
  (value, context) => (typeof value === 'string' && isUserId(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);

const sendingCodec = t.type({ transactionId: t.string, roomId, sender: userId, type: t.string });
const arrivedCodec = t.type({ transactionId: t.string, eventId: t.string });
const refusedCodec = t.type({ transactionId: t.string });
const redactedCodec = t.type({ eventIds: t.readonlyArray(t.string) });
const markCodec = t.type({ maxSourceRevision: t.string });

/** One step in the life of the events sent about a user. */
export type SentStep =
  | ({ readonly _tag: 'Sending' } & SentEvent)
  | { readonly _tag: 'Arrived'; readonly transactionId: string; readonly eventId: string }
  /** It did not arrive, for certain. */
  | { readonly _tag: 'Refused'; readonly transactionId: string }
  | { readonly _tag: 'Redacted'; readonly eventIds: ReadonlyArray<string> }
  /** The user is being erased: nothing is sent about them any more. */
  | { readonly _tag: 'Closed' };

/** Undefined for what is none. */
export const sentStep = ({ type, data }: RecordedEvent): SentStep | undefined => {
  switch (type) {
    case sendingType:
      return tagged('Sending', sendingCodec.decode(data));
    case arrivedType:
      return tagged('Arrived', arrivedCodec.decode(data));
    case refusedType:
      return tagged('Refused', refusedCodec.decode(data));
    case redactedType:
      return tagged('Redacted', redactedCodec.decode(data));
    case closedType:
      return { _tag: 'Closed' };
    default:
      return undefined;
  }
};

const tagged = <Tag extends string, A extends object>(
  _tag: Tag,
  decoded: E.Either<unknown, A>,
): ({ readonly _tag: Tag } & A) | undefined => (E.isRight(decoded) ? { _tag, ...decoded.right } : undefined);

/** The highest revision of a change that the record tells of up to this event; undefined where it says nothing. */
export const maxSourceOf = ({ metadata }: RecordedEvent): Revision | undefined => {
  const decoded = markCodec.decode(metadata);
  return E.isRight(decoded) && RevisionCodec.is(decoded.right.maxSourceRevision) ? decoded.right.maxSourceRevision : undefined;
};

const schemaVersion = 1;

/** Where a step comes from. */
export interface SentOrigin {
  readonly source: RoomEventSource;
  readonly module: string;
  /** The highest revision of a change that the record tells of, with this step. */
  readonly maxSource: Revision;
}

const metadataOf = ({ source, module, maxSource }: SentOrigin): ProposedEvent['metadata'] => ({
  schemaVersion,
  module,
  $causationId: source.eventId,
  maxSourceRevision: maxSource,
});

export const sendingEvent = (
  id: string,
  { transactionId, roomId: room, sender, type }: SentEvent,
  origin: SentOrigin,
): ProposedEvent => ({ id, type: sendingType, data: { transactionId, roomId: room, sender, type }, metadata: metadataOf(origin) });

export const arrivedEvent = (
  id: string,
  transactionId: string,
  eventId: string,
  origin: SentOrigin,
): ProposedEvent => ({ id, type: arrivedType, data: { transactionId, eventId }, metadata: metadataOf(origin) });

export const refusedEvent = (
  id: string,
  transactionId: string,
  origin: SentOrigin,
): ProposedEvent => ({ id, type: refusedType, data: { transactionId }, metadata: metadataOf(origin) });

/** An erasure asked the homeserver again and was told which event it was. */
export const foundEvent = (id: string, transactionId: string, eventId: string): ProposedEvent => ({
  id,
  type: arrivedType,
  data: { transactionId, eventId },
  metadata: { schemaVersion },
});

export const redactedEvent = (id: string, eventIds: ReadonlyArray<string>): ProposedEvent => ({
  id,
  type: redactedType,
  data: { eventIds },
  metadata: { schemaVersion },
});

export const closedEvent = (user: UserId): ProposedEvent => ({
  id: nameUuid('room-events-closed', user),
  type: closedType,
  data: { userId: user },
  metadata: { schemaVersion },
});
