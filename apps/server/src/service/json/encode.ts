import { timeText } from '@account-data/domain';
import type { Change } from '@account-data/engine';
import type { AccountDataEntry, HistoryEntry, RoomTags } from '@account-data/projection';
import type { ChangeDone, Entry, HistoryItem, RoomTagsJson } from '@account-data/service-api';
import type * as t from 'io-ts';

/** What the engine answers, as JSON: revisions and positions as decimal strings, times as RFC 3339 text. */

export const entryJson = (entry: AccountDataEntry): t.OutputOf<typeof Entry> => ({
  room_id: entry.roomId,
  type: entry.type,
  content: entry.content,
  revision: String(entry.revision),
  position: String(entry.position),
  time: timeText(entry.time),
  event_id: entry.eventId,
  deleted: entry.deleted,
});

export const historyJson = (entry: HistoryEntry): t.OutputOf<typeof HistoryItem> => ({
  user_id: entry.userId,
  room_id: entry.roomId,
  type: entry.type,
  content: entry.content,
  previous_content: entry.previousContent,
  previous_revision: entry.previousRevision === null ? null : String(entry.previousRevision),
  revision: String(entry.revision),
  position: String(entry.position),
  time: timeText(entry.time),
  event_id: entry.eventId,
  actor: entry.actor,
  correlation_id: entry.correlationId,
  origin: entry.origin,
  ...(entry.reason === undefined ? {} : { reason: entry.reason }),
  ...(entry.causationId === undefined ? {} : { causation_id: entry.causationId }),
  ...(entry.originalTime === undefined ? {} : { original_time: timeText(entry.originalTime) }),
  ...(entry.restoredRevision === undefined ? {} : { restored_revision: String(entry.restoredRevision) }),
});

export const changeJson = (change: Change): t.OutputOf<typeof ChangeDone> => ({
  user_id: change.userId,
  revision: String(change.revision),
  revisions: change.revisions.map(String),
  position: change.position === undefined ? null : String(change.position),
  delivery: change.delivery,
  repeated: change.repeated,
});

export const tagsJson = (tags: RoomTags): t.OutputOf<typeof RoomTagsJson> => ({
  room_id: tags.roomId,
  tags: tags.tags,
  revision: String(tags.revision),
  position: String(tags.position),
});
