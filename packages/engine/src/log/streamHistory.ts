import { type EventMetadata, type JsonObject, decodeEvent } from '@account-data/domain';
import { type EventStore, type ReadError, type RecordedEvent, Revision, type StreamName } from '@account-data/event-store';
import type { ChangeFacts, HistoryEntry } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { readWholeStream } from '../views/foldStream.js';

/** One change, without a position: reads of a stream tell none. @category model */
export type StreamHistoryEntry = Omit<HistoryEntry, 'position'>;

/** @category model */
export interface LogHistoryPageQuery {
  /** Null: only global data; absent: all. */
  readonly roomId?: string | null;
  readonly type?: string;
  readonly direction: 'forwards' | 'backwards';
  /** Inclusive. */
  readonly from?: Revision;
  /** Only changes of this window of the stream's time: `since` inclusive, `until` exclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** @category model */
export interface LogHistory {
  readonly entries: ReadonlyArray<StreamHistoryEntry>;
  /** Ask again with this `from` for what follows; absent at the end. */
  readonly next?: Revision;
}

/** The changes of one user, read from the user's stream alone: it costs a read of the whole stream. */
export const streamHistory =
  (store: EventStore, stream: StreamName, query: LogHistoryPageQuery): TE.TaskEither<ReadError, LogHistory> =>
  async () => {
    const events = await readWholeStream(store, stream)();
    if (E.isLeft(events)) return events;
    if (events.right === 'tombstoned') return E.right({ entries: [] });
    const changes = matching(events.right, query);
    if (query.direction === 'backwards') changes.reverse();
    const entries = changes.slice(0, query.limit);
    const next = changes[query.limit]?.revision;
    return E.right(next === undefined ? { entries } : { entries, next });
  };

/** In stream order, each with what its key held before; events that can't be read are left out. */
const matching = (events: ReadonlyArray<RecordedEvent>, query: LogHistoryPageQuery): Array<StreamHistoryEntry> => {
  const { roomId, type } = query;
  const last = new Map<string, { readonly content: JsonObject; readonly revision: Revision }>();
  const found: Array<StreamHistoryEntry> = [];
  let time = 0;
  for (const recorded of events) {
    time = Math.max(time, recorded.created);
    const decoded = decodeEvent(recorded.type, recorded.data, recorded.metadata);
    if (E.isLeft(decoded) || decoded.right.event.type !== 'AccountDataUpdated') continue;
    const { data } = decoded.right.event;
    const { metadata } = decoded.right;
    const key = JSON.stringify([data.roomId, data.type]);
    const previous = last.get(key);
    last.set(key, { content: data.content, revision: recorded.revision });
    if (roomId !== undefined && data.roomId !== roomId) continue;
    if (type !== undefined && data.type !== type) continue;
    if (!isAsked(recorded.revision, time, query)) continue;
    found.push({
      ...data,
      previousContent: previous?.content ?? null,
      previousRevision: previous?.revision ?? null,
      ...factsOf(recorded, metadata, time),
    });
  }
  return found;
};

/** Whether a change is in the window, and not before the place to begin at. */
export const isAsked = (
  revision: Revision,
  time: number,
  { from, direction, since, until }: Pick<LogHistoryPageQuery, 'from' | 'direction' | 'since' | 'until'>,
): boolean =>
  (from === undefined || (direction === 'forwards' ? revision >= from : revision <= from)) &&
  (since === undefined || time >= since) &&
  (until === undefined || time < until);

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
  ...(metadata.restoredRevision === undefined ? {} : { restoredRevision: Revision(BigInt(metadata.restoredRevision)) }),
});
