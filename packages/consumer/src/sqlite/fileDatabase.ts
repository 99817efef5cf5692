import type { ConsumerDatabase } from '../consume.js';
import { expectedCheckpoint } from '../databases/expectedCheckpoint.js';
import type { Checkpoint } from '../FeedSource.js';
import { inTransaction } from './inTransaction.js';
import type { SqliteConnection } from './SqliteConnection.js';

/** The checkpoint that a file holds. */
export const checkpointOf = (connection: SqliteConnection): Checkpoint | null => {
  const row = connection.prepare('SELECT log_id, position FROM account_data_checkpoint').get() as
    | { readonly log_id: string | null; readonly position: string | null }
    | undefined
    | null;
  return row === undefined || row === null || row.log_id === null || row.position === null ? null : { logId: row.log_id, position: row.position };
};

/** A file that has our tables, as `consume` writes it. */
export const fileDatabase = <Connection extends SqliteConnection>(path: string, connection: Connection): ConsumerDatabase<Connection> => {
  const expected = expectedCheckpoint();
  return {
    transaction: async (work) => {
      const result = await inTransaction(path, connection, () => {
        expected.demand(checkpointOf(connection));
        return work(connection);
      });
      expected.kept();
      return result;
    },
    loadCheckpoint: () => {
      const checkpoint = checkpointOf(connection);
      expected.read(checkpoint);
      return checkpoint;
    },
    saveCheckpoint: (_connection, checkpoint) => {
      connection.prepare('UPDATE account_data_checkpoint SET log_id = ?, position = ?').run(checkpoint.logId, checkpoint.position);
      expected.write(checkpoint);
    },
  };
};
