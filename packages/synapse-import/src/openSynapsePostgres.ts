import { Client } from 'pg';
import { type SynapseDatabase, type SynapseRow, rowOf, selections } from './SynapseRow.js';

const rowsAtOnce = 1_000;

/**
 * A Synapse database on PostgreSQL, by its connection string. All rows are read in one read-only transaction, so that
 * they belong to one moment while Synapse goes on. Rejects with the client's error where it can't be reached.
 *
 * @category constructors
 */
export const openSynapsePostgres = async (connectionString: string): Promise<SynapseDatabase> => {
  const client = new Client({ connectionString });
  await client.connect();
  return { rows: () => rows(client), close: () => client.end() };
};

async function* rows(client: Client): AsyncGenerator<SynapseRow, void, void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    for (const { table, columns } of selections) {
      const order = table === 'room_tags' ? 'user_id, room_id, tag' : 'stream_id';
      await client.query(`DECLARE synapse_rows NO SCROLL CURSOR FOR SELECT ${columns} FROM ${table} ORDER BY ${order}`);
      for (;;) {
        const page = await client.query<{ readonly [column: string]: unknown }>(`FETCH ${String(rowsAtOnce)} FROM synapse_rows`);
        for (const row of page.rows) yield rowOf(table, row);
        if (page.rows.length < rowsAtOnce) break;
      }
      await client.query('CLOSE synapse_rows');
    }
  } finally {
    await client.query('ROLLBACK');
  }
}
