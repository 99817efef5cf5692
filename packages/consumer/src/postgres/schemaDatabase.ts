import type { ConsumerDatabase } from '../consume.js';
import { CheckpointMoved } from '../databases/CheckpointMoved.js';
import { expectedCheckpoint } from '../databases/expectedCheckpoint.js';
import type { Checkpoint } from '../FeedSource.js';
import { inTransaction } from './inTransaction.js';
import type { PostgresClient, PostgresPool } from './PostgresPool.js';

/**
 * The checkpoint of the schema that the transaction is in, locked until its end.
 *
 * @throws {CheckpointMoved} where a rebuild took the place of the tables while this waited
 */
export const lockCheckpoint = async (client: PostgresClient): Promise<Checkpoint | null> => {
  const { rows } = await client.query('SELECT log_id, position FROM account_data_checkpoint FOR UPDATE');
  const [row] = rows as ReadonlyArray<{ readonly log_id: string | null; readonly position: string | null }>;
  if (row === undefined) throw new CheckpointMoved();
  return row.log_id === null || row.position === null ? null : { logId: row.log_id, position: row.position };
};

/** A schema that has our tables, as `consume` writes it. */
export const schemaDatabase = <Client extends PostgresClient>(pool: PostgresPool<Client>, schema: string): ConsumerDatabase<Client> => {
  const expected = expectedCheckpoint();
  return {
    transaction: async (work) => {
      const result = await inTransaction(pool, schema, async (client) => {
        expected.demand(await lockCheckpoint(client));
        return work(client);
      });
      expected.kept();
      return result;
    },
    loadCheckpoint: async () => {
      const checkpoint = await inTransaction(pool, schema, lockCheckpoint);
      expected.read(checkpoint);
      return checkpoint;
    },
    saveCheckpoint: async (client, checkpoint) => {
      await client.query('UPDATE account_data_checkpoint SET log_id = $1, position = $2', [checkpoint.logId, checkpoint.position]);
      expected.write(checkpoint);
    },
  };
};
