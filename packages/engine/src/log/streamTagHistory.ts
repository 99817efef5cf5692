import { type JsonObject, decodeEvent } from '@account-data/domain';
import type { EventStore, ReadError, RecordedEvent, Revision, StreamName } from '@account-data/event-store';
import type { TagHistoryEntry } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { readWholeStream } from '../views/foldStream.js';
import { type LogHistoryPageQuery, factsOf, isAsked } from './streamHistory.js';

/** One change of a room tag, without a position: reads of a stream tell none. @category model */
export type StreamTagHistoryEntry = Omit<TagHistoryEntry, 'position'>;

/** @category model */
export interface LogTagHistoryQuery extends Omit<LogHistoryPageQuery, 'roomId' | 'type'> {
  readonly roomId?: string;
  readonly tag?: string;
}

/** @category model */
export interface LogTagHistory {
  readonly entries: ReadonlyArray<StreamTagHistoryEntry>;
  /** Ask again with this `from` for what follows; absent at the end. */
  readonly next?: Revision;
}

/** The changes of one user's room tags, read from the user's tag stream alone: it costs a read of the whole stream. */
export const streamTagHistory =
  (store: EventStore, stream: StreamName, query: LogTagHistoryQuery): TE.TaskEither<ReadError, LogTagHistory> =>
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

/** In stream order, each with what the room had before; events that can't be read are left out. */
const matching = (events: ReadonlyArray<RecordedEvent>, query: LogTagHistoryQuery): Array<StreamTagHistoryEntry> => {
  const last = new Map<string, { readonly content: JsonObject | null; readonly revision: Revision }>();
  const found: Array<StreamTagHistoryEntry> = [];
  let time = 0;
  for (const recorded of events) {
    time = Math.max(time, recorded.created);
    const decoded = decodeEvent(recorded.type, recorded.data, recorded.metadata);
    if (E.isLeft(decoded)) continue;
    const { event, metadata } = decoded.right;
    if (event.type !== 'RoomTagSet' && event.type !== 'RoomTagRemoved') continue;
    const { userId, roomId, tag } = event.data;
    const content = event.type === 'RoomTagSet' ? event.data.content : null;
    const key = JSON.stringify([roomId, tag]);
    const previous = last.get(key);
    last.set(key, { content, revision: recorded.revision });
    if (query.roomId !== undefined && roomId !== query.roomId) continue;
    if (query.tag !== undefined && tag !== query.tag) continue;
    if (!isAsked(recorded.revision, time, query)) continue;
    found.push({
      userId,
      roomId,
      tag,
      content,
      previousContent: previous?.content ?? null,
      previousRevision: previous?.revision ?? null,
      ...factsOf(recorded, metadata, time),
    });
  }
  return found;
};
