import { decodeEvent, type AccountDataUpdated, type EventMetadata } from '@account-data/domain';
import { Revision, type RecordedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { EventPlace, HistoryEntry } from '../History.js';

/** A change of account data as its stream has it. @category model */
export interface Change {
  readonly event: RecordedEvent;
  readonly data: AccountDataUpdated['data'];
  readonly metadata: EventMetadata;
}

/** Decodes an account data event; undefined where it is of another type. @category destructors */
export const changeOf = (event: RecordedEvent): E.Either<HistoryError, Change | undefined> => {
  const decoded = decodeEvent(event.type, event.data, event.metadata);
  if (E.isRight(decoded)) {
    const change = decoded.right.event;
    return E.right(change.type === 'AccountDataUpdated' ? { event, data: change.data, metadata: decoded.right.metadata } : undefined);
  }
  if (decoded.left._tag === 'UnknownEventType') return E.right(undefined);
  return E.left({
    _tag: 'UnreadableEvent',
    code: 'unreadable_event',
    stream: event.stream,
    revision: String(event.revision),
    message: `Revision ${event.revision} of ${event.stream} can't be read. ${decoded.left.message}`,
  });
};

/** @category constructors */
export const historyEntryOf = (
  { event, data, metadata }: Change,
  place: Pick<EventPlace, 'position' | 'time'>,
  previous: Change | undefined,
): HistoryEntry => ({
  userId: data.userId,
  roomId: data.roomId,
  type: data.type,
  content: data.content,
  previousContent: previous === undefined ? null : previous.data.content,
  previousRevision: previous === undefined ? null : previous.event.revision,
  revision: event.revision,
  position: place.position,
  time: place.time,
  eventId: event.id,
  actor: metadata.actor,
  correlationId: metadata.$correlationId,
  origin: metadata.origin,
  ...(metadata.originalTime === undefined ? {} : { originalTime: metadata.originalTime }),
  ...(metadata.reason === undefined ? {} : { reason: metadata.reason }),
  ...(metadata.$causationId === undefined ? {} : { causationId: metadata.$causationId }),
  ...(metadata.restoredRevision === undefined ? {} : { restoredRevision: Revision(BigInt(metadata.restoredRevision)) }),
});
