import type { ChangeDone, Entry as EntryJson, HistoryItem, History, RoomTagsJson, State, TagHistory, TagHistoryItem } from '@account-data/service-api';
import type * as t from 'io-ts';
import type { Change, ChangeFacts, Entry, HistoryEntry, HistoryPage, RoomTags, StatePage, TagHistoryPage } from './model.js';

/** Decoded answers under the names that JavaScript programs use. */

export const entryOf = (json: t.TypeOf<typeof EntryJson>): Entry => ({
  roomId: json.room_id,
  type: json.type,
  content: json.content,
  revision: json.revision,
  position: json.position,
  time: json.time,
  eventId: json.event_id,
  deleted: json.deleted,
});

export const stateOf = (json: t.TypeOf<typeof State>): StatePage => ({
  userId: json.user_id,
  revision: json.revision,
  position: json.position,
  entries: json.entries.map(entryOf),
  ...(json.next === undefined ? {} : { next: json.next }),
});

const factsOf = (json: t.TypeOf<typeof HistoryItem> | t.TypeOf<typeof TagHistoryItem>): ChangeFacts => ({
  userId: json.user_id,
  revision: json.revision,
  position: json.position,
  time: json.time,
  eventId: json.event_id,
  actor: json.actor,
  correlationId: json.correlation_id,
  origin: json.origin,
  ...(json.reason === undefined ? {} : { reason: json.reason }),
  ...(json.causation_id === undefined ? {} : { causationId: json.causation_id }),
  ...(json.original_time === undefined ? {} : { originalTime: json.original_time }),
});

const historyEntryOf = (json: t.TypeOf<typeof HistoryItem>): HistoryEntry => ({
  ...factsOf(json),
  roomId: json.room_id,
  type: json.type,
  content: json.content,
  previousContent: json.previous_content,
  previousRevision: json.previous_revision,
  ...(json.restored_revision === undefined ? {} : { restoredRevision: json.restored_revision }),
});

export const tagHistoryOf = (json: t.TypeOf<typeof TagHistory>): TagHistoryPage => ({
  entries: json.entries.map((entry) => ({
    ...factsOf(entry),
    roomId: entry.room_id,
    tag: entry.tag,
    content: entry.content,
    previousContent: entry.previous_content,
    previousRevision: entry.previous_revision,
  })),
  ...(json.next === undefined ? {} : { next: json.next }),
});

export const historyOf = (json: t.TypeOf<typeof History>): HistoryPage => ({
  entries: json.entries.map(historyEntryOf),
  ...(json.next === undefined ? {} : { next: json.next }),
});

export const changeOf = (json: t.TypeOf<typeof ChangeDone>): Change => ({
  userId: json.user_id,
  revision: json.revision,
  revisions: json.revisions,
  position: json.position,
  delivery: json.delivery,
  repeated: json.repeated,
});

export const roomTagsOf = (json: t.TypeOf<typeof RoomTagsJson>): RoomTags => ({
  roomId: json.room_id,
  tags: json.tags,
  revision: json.revision,
  position: json.position,
});
