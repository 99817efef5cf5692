import type * as E from 'fp-ts/lib/Either.js';
import { type DecodedEvent, decodeEvent } from './decodeEvent.js';
import type { EventDecodeError } from './EventDecodeError.js';

/** What an event of the log is, or why it can't be read. @category model */
export type Decoding = E.Either<EventDecodeError, DecodedEvent>;

/** An event as a store hands it out. @category model */
export interface StoredEvent {
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  /**
   * Room for what the first reader decodes it to, `undefined` until then, in an object that several readers of a process
   * get. An event without this property is decoded by each.
   */
  decoded?: Decoding | undefined;
}

/**
 * Decodes an event of the log as {@link decodeEvent} does, once for all readers who share the object.
 *
 * @category codecs
 */
export const decodeStored = (event: StoredEvent): Decoding => {
  if (!('decoded' in event)) return decodeEvent(event.type, event.data, event.metadata);
  return (event.decoded ??= decodeEvent(event.type, event.data, event.metadata));
};
