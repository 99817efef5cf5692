import type { EventMetadata } from '../EventMetadata.js';
import { type DomainEvent, eventTypes } from './decodeEvent.js';

/** An event as stores take it, but for its id: data and metadata are plain JSON. @category model */
export interface EncodedEvent {
  readonly type: DomainEvent['type'];
  readonly data: { readonly [key: string]: unknown };
  readonly metadata: { readonly [key: string]: unknown };
}

const versions: ReadonlyMap<string, number> = new Map(eventTypes.map(({ type, decoders }) => [type, decoders.length]));

/** The schema version that events of a type are written with today: it belongs into their metadata. @category codecs */
export const schemaVersionOf = (type: DomainEvent['type']): number => versions.get(type) ?? 1;

/** Nothing is copied: events and metadata are JSON already. @category codecs */
export const encodeEvent = (event: DomainEvent, metadata: EventMetadata): EncodedEvent => ({
  type: event.type,
  data: event.data,
  metadata,
});
