import { decodeStored, type DomainEvent, type EventMetadata, type UserId } from '@account-data/domain';
import { type PositionedEvent, type RecordedEvent, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { Change, Writable } from './Change.js';
import { changeOfText } from './changeOfText.js';
import type { ChangeFacts, EventPlace, HistoryEntry } from '../History.js';

/** An event of the log, decoded. @category model */
export interface Decoded {
  readonly change: DomainEvent;
  readonly metadata: EventMetadata;
}

/** Decodes an event; undefined where it is foreign. @category destructors */
export const decoded = (event: RecordedEvent): E.Either<HistoryError, Decoded | undefined> => {
  const result = decodeStored(event);
  if (E.isRight(result)) return E.right({ change: result.right.event, metadata: result.right.metadata });
  if (result.left._tag === 'UnknownEventType') return E.right(undefined);
  return E.left({
    _tag: 'UnreadableEvent',
    code: 'unreadable_event',
    stream: event.stream,
    revision: String(event.revision),
    message: `Revision ${event.revision} of ${event.stream} can't be read. ${result.left.message}`,
  });
};

/** Decodes an account data event; undefined where it is of another type. @category destructors */
export const changeOf = (event: PositionedEvent | RecordedEvent): E.Either<HistoryError, Change | undefined> => {
  const known = 'text' in event && event.text !== undefined ? changeOfText(event, event.text) : undefined;
  if (known !== undefined) return E.right(known);
  const result = decoded(event);
  if (E.isLeft(result)) return result;
  if (result.right === undefined) return E.right(undefined);
  const { change, metadata } = result.right;
  return E.right(change.type === 'AccountDataUpdated' ? { revision: event.revision, id: event.id, data: change.data, metadata } : undefined);
};

/** What not every change has, put into what is told of it: a spread for each takes a fifth of the time of a page. */
const addOptionalFacts = (facts: Writable<ChangeFacts>, metadata: EventMetadata): void => {
  if (metadata.originalTime !== undefined) facts.originalTime = metadata.originalTime;
  if (metadata.reason !== undefined) facts.reason = metadata.reason;
  if (metadata.$causationId !== undefined) facts.causationId = metadata.$causationId;
  if (metadata.restoredRevision !== undefined) facts.restoredRevision = Revision(metadata.restoredRevision);
};

/** What every kind of change has: who, when, why, and its place. @category constructors */
export const factsOf = (
  { revision, id }: Pick<RecordedEvent, 'revision' | 'id'>,
  metadata: EventMetadata,
  userId: UserId,
  place: Pick<EventPlace, 'position' | 'time'>,
): ChangeFacts => {
  const facts: Writable<ChangeFacts> = {
    userId,
    revision,
    position: place.position,
    time: place.time,
    eventId: id,
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
    origin: metadata.origin,
  };
  addOptionalFacts(facts, metadata);
  return facts;
};

/**
 * A change of account data as the history tells it; without a `previous` one there was nothing before.
 *
 * @category constructors
 */
export const historyEntryOf = (
  { revision, id, data, metadata }: Change,
  place: Pick<EventPlace, 'position' | 'time'>,
  previous: Change | undefined,
): HistoryEntry => {
  const entry: Writable<HistoryEntry> = {
    userId: data.userId,
    revision,
    position: place.position,
    time: place.time,
    eventId: id,
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
    origin: metadata.origin,
    roomId: data.roomId,
    type: data.type,
    content: data.content,
    previousContent: previous === undefined ? null : previous.data.content,
    previousRevision: previous === undefined ? null : previous.revision,
  };
  addOptionalFacts(entry, metadata);
  return entry;
};
