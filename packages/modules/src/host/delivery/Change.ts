import {
  type AccountDataType,
  type AccountDataUpdated,
  type ContentCipher,
  type EventDecodeError,
  type EventMetadata,
  type JsonObject,
  type RoomId,
  type UserId,
  checkParsedJson,
  decodeStored,
  storedJsonLimits,
} from '@account-data/domain';
import type { PositionedEvent, Position, ReadFrom, Revision, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';

/** A change of account data as the log holds it, decoded and frozen. */
export interface Change {
  readonly userId: UserId;
  /** Null for global account data. */
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly content: JsonObject;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly position: Position;
  /** A place in the log before it: reading on from there finds it again. */
  readonly after: ReadFrom;
  readonly eventId: string;
  /** When the store recorded it, in milliseconds since the Unix epoch. */
  readonly created: number;
  readonly metadata: EventMetadata;
}

/** What an event of an account data stream is to the host. */
export type ChangeReading =
  | { readonly _tag: 'Change'; readonly change: Change }
  /** An event of ours that calls nobody. */
  | { readonly _tag: 'NotAChange' }
  /** A reader of this age may not pass over it: delivery must stop. */
  | { readonly _tag: 'TooNew'; readonly problem: string }
  | { readonly _tag: 'Undecodable'; readonly problem: string };

/** Reads an event that was found by reading on from `after`. */
export type ReadChange = (event: PositionedEvent, after: ReadFrom) => ChangeReading;

const notAChange: ChangeReading = { _tag: 'NotAChange' };

/** Problems name the path and what was expected there, never the content. @category constructors */
export const readChangeWith =
  (cipher: ContentCipher | undefined): ReadChange =>
  (event, after) => {
    const decoded = decodeStored(event);
    if (E.isLeft(decoded)) return problemOf(decoded.left);
    const { event: domainEvent, metadata } = decoded.right;
    if (domainEvent.type !== 'AccountDataUpdated' || metadata.callbacks === false) return notAChange;
    const { userId, roomId, type } = domainEvent.data;
    const opened = cipher === undefined ? E.right(domainEvent.data.content) : open(cipher, domainEvent.data);
    if (E.isLeft(opened)) return { _tag: 'Undecodable', problem: opened.left };
    return {
      _tag: 'Change',
      change: {
        userId,
        roomId,
        type,
        content: opened.right,
        stream: event.stream,
        revision: event.revision,
        position: event.position,
        after,
        eventId: event.id,
        created: event.created,
        metadata,
      },
    };
  };

const open = (
  cipher: ContentCipher,
  { userId, content }: AccountDataUpdated['data'],
): E.Either<string, JsonObject> => {
  try {
    const checked = checkParsedJson(cipher.open(userId, content), storedJsonLimits);
    return E.isLeft(checked) ? E.left('What the content was opened to is not content.') : checked;
  } catch {
    return E.left('The content can not be opened.');
  }
};

const problemOf = (error: EventDecodeError): ChangeReading => {
  switch (error._tag) {
    case 'UnknownEventType':
      // Someone else's event in one of our streams: it calls nobody.
      return notAChange;
    case 'NewerSchemaVersion':
      return { _tag: 'TooNew', problem: error.message };
    case 'CorruptEvent':
      return { _tag: 'Undecodable', problem: error.message };
  }
};
