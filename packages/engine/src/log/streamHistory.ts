import { type EventMetadata, type JsonObject, decodeStored, timeMade } from '@account-data/domain';
import { type EventStore, isAtLeast, type ReadError, type RecordedEvent, Revision, type StreamName } from '@account-data/event-store';
import type { ChangeFacts, HistoryEntry, TimeMeant } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { pageOfStream } from './pageOfStream.js';

/** One change, without a position: reads of a stream tell none. @category model */
export type StreamHistoryEntry = Omit<HistoryEntry, 'position'>;

/** Which changes of a user's stream a page has. @category model */
export interface LogHistoryPageQuery {
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
  readonly direction: 'forwards' | 'backwards';
  /** Inclusive. */
  readonly from?: Revision;
  /** Only changes with a time in this window: `since` inclusive, `until` exclusive. A recorded time is the stream's. */
  readonly since?: number;
  readonly until?: number;
  /** Which time that is. Default `original`. */
  readonly by?: TimeMeant;
  readonly limit: number;
}

/** A page of a user's changes, read from their stream. @category model */
export interface LogHistory {
  readonly entries: ReadonlyArray<StreamHistoryEntry>;
  /** Ask again with this `from` for what follows; absent at the end. */
  readonly next?: Revision;
}

/** The changes of one user, from the user's stream alone: it is read from its start, backwards all of it. */
export const streamHistory =
  (store: EventStore, stream: StreamName, query: LogHistoryPageQuery): TE.TaskEither<ReadError, LogHistory> =>
  () =>
    pageOfStream(store, stream, query, matching(query));

/**
 * Gives what is asked for when it is shown all events in order, each with what its key held before;
 * those that can't be read are left out.
 */
const matching = (query: LogHistoryPageQuery): ((recorded: RecordedEvent) => StreamHistoryEntry | undefined) => {
  const { roomId, type } = query;
  const last = new Map<string, { readonly content: JsonObject; readonly revision: Revision }>();
  let time = 0;
  return (recorded) => {
    time = Math.max(time, recorded.created);
    const decoded = decodeStored(recorded);
    if (E.isLeft(decoded) || decoded.right.event.type !== 'AccountDataUpdated') return undefined;
    const { data } = decoded.right.event;
    const { metadata } = decoded.right;
    const key = JSON.stringify([data.roomId, data.type]);
    const previous = last.get(key);
    last.set(key, { content: data.content, revision: recorded.revision });
    if (roomId !== undefined && data.roomId !== roomId) return undefined;
    if (type !== undefined && data.type !== type) return undefined;
    if (!isAsked(recorded.revision, metadata, time, query)) return undefined;
    return {
      ...data,
      previousContent: previous?.content ?? null,
      previousRevision: previous?.revision ?? null,
      ...factsOf(recorded, metadata, time),
    };
  };
};

/** Whether a change is in the window, and not before the place to begin at. */
export const isAsked = (
  revision: Revision,
  metadata: EventMetadata,
  recorded: number,
  { from, direction, since, until, by }: Pick<LogHistoryPageQuery, 'from' | 'direction' | 'since' | 'until' | 'by'>,
): boolean => {
  const time = by === 'recorded' ? recorded : timeMade(metadata, recorded);
  return (
    (from === undefined || (direction === 'forwards' ? isAtLeast(revision, from) : isAtLeast(from, revision))) &&
    (since === undefined || time >= since) &&
    (until === undefined || time < until)
  );
};

/** What is told of any change besides what it is about. */
export const factsOf = ({ revision, id }: RecordedEvent, metadata: EventMetadata, time: number): Omit<ChangeFacts, 'userId' | 'position'> => ({
  revision,
  time,
  eventId: id,
  actor: metadata.actor,
  correlationId: metadata.$correlationId,
  origin: metadata.origin,
  ...(metadata.reason === undefined ? {} : { reason: metadata.reason }),
  ...(metadata.$causationId === undefined ? {} : { causationId: metadata.$causationId }),
  ...(metadata.originalTime === undefined ? {} : { originalTime: metadata.originalTime }),
  ...(metadata.restoredRevision === undefined ? {} : { restoredRevision: Revision(metadata.restoredRevision) }),
});
