import { type JsonObject, decodeStored, roomTagEffect } from '@account-data/domain';
import type { EventStore, ReadError, RecordedEvent, Revision, StreamName } from '@account-data/event-store';
import type { TagHistoryEntry } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { pageOfStream } from './pageOfStream.js';
import { type LogHistoryPageQuery, factsOf, isAsked } from './streamHistory.js';

/** One change of a room tag, without a position: reads of a stream tell none. @category model */
export type StreamTagHistoryEntry = Omit<TagHistoryEntry, 'position'>;

/** Which changes of a user's tag stream a page has. @category model */
export interface LogTagHistoryQuery extends Omit<LogHistoryPageQuery, 'roomId' | 'type'> {
  readonly roomId?: string;
  readonly tag?: string;
}

/** A page of a user's tag changes, read from their stream. @category model */
export interface LogTagHistory {
  readonly entries: ReadonlyArray<StreamTagHistoryEntry>;
  /** Ask again with this `from` for what follows; absent at the end. */
  readonly next?: Revision;
}

/** The changes of one user's room tags, from the user's tag stream alone: it is read from its start, backwards all of it. */
export const streamTagHistory =
  (store: EventStore, stream: StreamName, query: LogTagHistoryQuery): TE.TaskEither<ReadError, LogTagHistory> =>
  () =>
    pageOfStream(store, stream, query, matching(query));

/**
 * Gives what is asked for when it is shown all events in order, each with what the room had before;
 * those that can't be read are left out.
 */
const matching = (query: LogTagHistoryQuery): ((recorded: RecordedEvent) => StreamTagHistoryEntry | undefined) => {
  const last = new Map<string, { readonly content: JsonObject | null; readonly revision: Revision }>();
  let time = 0;
  return (recorded) => {
    time = Math.max(time, recorded.created);
    const decoded = decodeStored(recorded);
    if (E.isLeft(decoded)) return undefined;
    const { event, metadata } = decoded.right;
    if (event.type !== 'RoomTagSet' && event.type !== 'RoomTagRemoved') return undefined;
    const { userId } = event.data;
    const { roomId, name: tag, deleted, ...effect } = roomTagEffect(event);
    const content = deleted ? null : effect.content;
    const key = JSON.stringify([roomId, tag]);
    const previous = last.get(key);
    last.set(key, { content, revision: recorded.revision });
    if (query.roomId !== undefined && roomId !== query.roomId) return undefined;
    if (query.tag !== undefined && tag !== query.tag) return undefined;
    if (!isAsked(recorded.revision, metadata, time, query)) return undefined;
    return {
      userId,
      roomId,
      tag,
      content,
      previousContent: previous?.content ?? null,
      previousRevision: previous?.revision ?? null,
      ...factsOf(recorded, metadata, time),
    };
  };
};
