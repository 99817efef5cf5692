import { timeText } from '@account-data/domain';
import type { Change } from '@account-data/engine';
import type { AccountDataEntry, ChangeFacts, HistoryEntry, RoomTags, TagHistoryEntry } from '@account-data/projection';
import type { ChangeDone, Entry, HistoryItem, RoomTagsJson, TagHistoryItem } from '@account-data/service-api';
import type * as t from 'io-ts';

/** What the engine answers, as JSON: revisions and positions as decimal strings, times as RFC 3339 text. */

export const entryJson = (entry: AccountDataEntry): t.OutputOf<typeof Entry> => ({
  room_id: entry.roomId,
  type: entry.type,
  content: entry.content,
  revision: entry.revision,
  position: entry.position,
  time: timeText(entry.time),
  event_id: entry.eventId,
  deleted: entry.deleted,
});

const factsJson = (entry: ChangeFacts) => ({
  user_id: entry.userId,
  revision: entry.revision,
  position: entry.position,
  time: timeText(entry.time),
  event_id: entry.eventId,
  actor: entry.actor,
  correlation_id: entry.correlationId,
  origin: entry.origin,
  ...(entry.reason === undefined ? {} : { reason: entry.reason }),
  ...(entry.causationId === undefined ? {} : { causation_id: entry.causationId }),
  ...(entry.originalTime === undefined ? {} : { original_time: timeText(entry.originalTime) }),
});

export const historyJson = (entry: HistoryEntry): t.OutputOf<typeof HistoryItem> => ({
  room_id: entry.roomId,
  type: entry.type,
  content: entry.content,
  previous_content: entry.previousContent,
  previous_revision: entry.previousRevision,
  ...factsJson(entry),
  ...(entry.restoredRevision === undefined ? {} : { restored_revision: entry.restoredRevision }),
});

export const tagHistoryJson = (entry: TagHistoryEntry): t.OutputOf<typeof TagHistoryItem> => ({
  room_id: entry.roomId,
  tag: entry.tag,
  content: entry.content,
  previous_content: entry.previousContent,
  previous_revision: entry.previousRevision,
  ...factsJson(entry),
});

export const changeJson = (change: Change): t.OutputOf<typeof ChangeDone> => ({
  user_id: change.userId,
  revision: change.revision,
  revisions: change.revisions,
  position: change.position ?? null,
  delivery: change.delivery,
  repeated: change.repeated,
});

export const tagsJson = (tags: RoomTags): t.OutputOf<typeof RoomTagsJson> => ({
  room_id: tags.roomId,
  tags: tags.tags,
  revision: tags.revision,
  position: tags.position,
});
