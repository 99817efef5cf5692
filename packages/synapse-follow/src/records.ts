import { emptyContent, type JsonObject } from '@account-data/domain';
import type { AnsweredChange, FollowedRecord } from '@account-data/engine';
import type { FollowedLog } from './FollowedLog.js';
import type { RowKey } from './SourceChange.js';

/** What is said of a followed change besides what it is. */
export interface RecordFacts {
  readonly place: string;
  readonly serverName: string;
  readonly time?: number;
  readonly reason?: string;
  readonly callbacks: boolean;
  readonly answers?: AnsweredChange;
}

const factsOf = ({ table, userId, roomId, type }: RowKey, { place, serverName, time, reason, callbacks, answers }: RecordFacts) => ({
  kind: table === 'room_tags' ? ('tag' as const) : ('account_data' as const),
  user_id: userId,
  room_id: roomId,
  type,
  source_id: place,
  // The tables don't say who wrote: users, admins, modules and deactivations do.
  actor: { kind: 'synapse' as const, id: serverName },
  callbacks,
  ...(time === undefined ? {} : { time }),
  ...(reason === undefined ? {} : { reason }),
  ...(answers === undefined ? {} : { answers }),
});

/** A row that was written. */
export const writtenRecord = (key: RowKey, content: unknown, facts: RecordFacts): FollowedRecord => ({ ...factsOf(key, facts), content });

/** A row that is gone. Synapse calls no callback where it deletes rows: on deactivations and purges of rooms. */
export const deletedRecord = (key: RowKey, facts: Omit<RecordFacts, 'callbacks'>): FollowedRecord => ({
  ...factsOf(key, { ...facts, callbacks: false }),
  content: key.table === 'room_tags' ? null : emptyContent,
});

/** What the log has of a row; undefined where it has nothing. */
export const contentHere = (log: FollowedLog, { table, userId, roomId, type }: RowKey): JsonObject | undefined =>
  table === 'room_tags'
    ? roomId === null
      ? undefined
      : log.tags(userId, roomId)?.tags[type]
    : log.get(userId, roomId, type)?.content;
