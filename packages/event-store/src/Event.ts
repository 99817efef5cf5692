import type { Position, Revision, StoredEvent } from '@account-data/domain';
import type { StreamName } from './StreamName.js';

/** A JSON object as it goes into and comes out of a store. @category model */
export type StoredJson = { readonly [key: string]: unknown };

/** An event to be appended. Data and metadata must be JSON (nothing a round trip through text would alter). @category model */
export interface ProposedEvent {
  /** A UUID in lower case. The same id appended again with the same expected revision is stored once. */
  readonly id: string;
  /** The event's type. Never starts with `$`. */
  readonly type: string;
  readonly data: StoredJson;
  readonly metadata: StoredJson;
}

/** An event read from its stream. No position: EventStoreDB sends none on stream reads. @category model */
export interface RecordedEvent extends ProposedEvent {
  readonly stream: StreamName;
  readonly revision: Revision;
  /** When the store recorded it, in milliseconds since the Unix epoch, by the store's clock. It may step back. */
  readonly created: number;
}

/** An event read from the whole log. @category model */
export interface PositionedEvent extends RecordedEvent {
  readonly position: Position;
  /**
   * There, and `undefined` at first, where a store hands the same object to several readers of a process, as it does to those
   * who are told of what is new: room for what the first of them decodes the event to (`decodeStored` of the domain).
   */
  decoded?: StoredEvent['decoded'];
  /** Where it was asked for (`ReadAllOptions.texts`), and the store has one. */
  readonly text?: EventText | undefined;
}

/**
 * An event as the JSON that a store holds, in bytes: for readers of the whole log who need few of its parts.
 *
 * @category model
 */
export interface EventText {
  /** Good until the next read into the same {@link TextMemory}, and until the handler of a subscription has ended. */
  readonly bytes: Buffer;
  /** Where the stream's name stands, which is in printable ASCII. */
  readonly streamFrom: number;
  readonly streamTo: number;
  /** Where the id stands: 36 bytes. */
  readonly idFrom: number;
  /** Where data and metadata stand, as JSON.stringify wrote them, with a comma between. */
  readonly from: number;
  readonly to: number;
  /** Revision and position, as numbers. */
  readonly revisionNumber: number;
  readonly positionNumber: number;
}

/** Memory that a reader lends for the texts of events, for one read after the other. Stores take more of it as they need it. @category model */
export interface TextMemory {
  bytes: Buffer;
}
