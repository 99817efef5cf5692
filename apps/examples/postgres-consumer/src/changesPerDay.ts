import type { FeedEvent } from '@account-data/client';
import type { Migration } from '@account-data/consumer';
import type { PostgresClient } from '@account-data/consumer/postgres';

/** Applied once each, in this order. One that was released is never edited. */
export const migrations: ReadonlyArray<Migration> = [
  {
    name: '1 changes per day',
    sql: `CREATE TABLE changes_per_day (
      day DATE, user_id TEXT, type TEXT, changes INTEGER NOT NULL,
      PRIMARY KEY (day, user_id, type))`,
  },
];

const count = `INSERT INTO changes_per_day VALUES (to_timestamp($1 / 1000.0) AT TIME ZONE 'UTC', $2, $3, 1)
  ON CONFLICT (day, user_id, type) DO UPDATE SET changes = changes_per_day.changes + 1`;

/** Counts a change. It would count twice what is handled twice, and nothing is: the checkpoint is in the same transaction. */
export const countChange = async (client: PostgresClient, item: FeedEvent): Promise<void> => {
  if (item._tag === 'AccountDataUpdated') await client.query(count, [item.time, item.userId, item.type]);
  if (item._tag === 'UserErased') await client.query('DELETE FROM changes_per_day WHERE user_id = $1', [item.userId]);
};
