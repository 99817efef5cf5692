import * as E from 'fp-ts/lib/Either.js';
import { type EventMetadata, isEventMetadata, metadataFault } from '../EventMetadata.js';
import { type AccountDataUpdated, accountDataUpdatedVersions } from '../account-data/Events.js';
import { type UserErased, userErasedVersions } from '../erasure/Events.js';
import { type LogEvent, logCreatedVersions, logEpochBeganVersions } from '../log/Events.js';
import { type RoomTagEvent, roomTagRemovedVersions, roomTagSetVersions } from '../room-tags/Events.js';
import { isRecord } from './DataFault.js';
import { type EventDecodeError, corruptEvent, newerSchemaVersion, unknownEventType } from './EventDecodeError.js';
import type { EventType } from './EventVersions.js';

/** Every event of the domain. @category model */
export type DomainEvent = AccountDataUpdated | RoomTagEvent | UserErased | LogEvent;

/** An event with its metadata, as one row of the log held them. @category model */
export interface Decoded<Event> {
  readonly event: Event;
  readonly metadata: EventMetadata;
}

/** What {@link decodeEvent} gives. @category model */
export type DecodedEvent = Decoded<DomainEvent>;

/**
 * Decodes an event by its type and the schema version in its metadata. Data and metadata must come from JSON.parse: the
 * content is checked and frozen in place, and the metadata is handed on as it is.
 *
 * @category model
 */
export type EventDecoder<Event> = (
  type: string,
  data: unknown,
  metadata: unknown,
) => E.Either<EventDecodeError, Decoded<Event>>;

/** A decoder for a table of event types. Throws a TypeError where the table names a type twice. @category constructors */
export const createEventDecoder = <Event>(types: ReadonlyArray<EventType<Event>>): EventDecoder<Event> => {
  const byType = new Map(types.map(({ type, decoders }) => [type, decoders]));
  if (byType.size !== types.length) throw new TypeError('An event type stands in the table more than once.');
  return (type, data, metadata) => {
    const decoders = byType.get(type);
    if (decoders === undefined) return E.left(unknownEventType(type));
    const version = isRecord(metadata) ? metadata['schemaVersion'] : undefined;
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
      return E.left(corruptEvent(type, '/metadata/schemaVersion', 'a schema version (1 or more)'));
    }
    const decode = decoders[version - 1];
    if (decode === undefined) return E.left(newerSchemaVersion(type, version, decoders.length));
    if (!isEventMetadata(metadata)) {
      const fault = metadataFault(metadata);
      return E.left(corruptEvent(type, `/metadata${fault?.path ?? ''}`, fault?.expected ?? 'metadata'));
    }
    const event = decode(data);
    return E.isLeft(event)
      ? E.left(corruptEvent(type, `/data${event.left.path}`, event.left.expected))
      : E.right({ event: event.right, metadata });
  };
};

/** All event types of the domain. @category constants */
export const eventTypes: ReadonlyArray<EventType<DomainEvent>> = [
  accountDataUpdatedVersions,
  roomTagSetVersions,
  roomTagRemovedVersions,
  userErasedVersions,
  logCreatedVersions,
  logEpochBeganVersions,
];

/** Decodes events of the domain. @category codecs */
export const decodeEvent: EventDecoder<DomainEvent> = createEventDecoder(eventTypes);
