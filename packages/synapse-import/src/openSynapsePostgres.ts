import { Client, DatabaseError } from 'pg';
import { postgresRows } from './postgresRows.js';
import type { SynapseDatabase, SynapseRow } from './SynapseRow.js';

/**
 * A Synapse database on PostgreSQL, by its connection string. All rows are read in one read-only transaction, so that
 * they belong to one moment while Synapse goes on. Rejects with the client's error where it can't be reached; reading
 * fails where the connection is lost on the way.
 *
 * @category constructors
 */
export const openSynapsePostgres = async (connectionString: string): Promise<SynapseDatabase> => {
  const client = new Client({ connectionString });
  const connection: Connection = { client, lost: undefined };
  // The client tells of a connection that breaks between two queries by an event; unheard, it would end the process.
  client.on('error', (error) => {
    connection.lost ??= error;
  });
  await client.connect();
  return { rows: () => rows(connection), close: () => (connection.lost === undefined ? client.end() : Promise.resolve()) };
};

interface Connection {
  readonly client: Client;
  /** Why the connection broke. */
  lost: Error | undefined;
}

/**
 * Whether the server answered a query by ending the connection, of which the client tells by an event only later. Source:
 * PostgreSQL, "Error Codes": classes 08 and 57P, and the time-outs of sessions in 25P.
 */
const endsConnection = (error: unknown): error is DatabaseError => error instanceof DatabaseError && /^(?:08|57P|25P0[34])/.test(error.code ?? '');

const query = async (connection: Connection, text: string): Promise<ReadonlyArray<{ readonly [column: string]: unknown }>> => {
  try {
    if (connection.lost !== undefined) throw connection.lost;
    return (await connection.client.query<{ readonly [column: string]: unknown }>(text)).rows;
  } catch (error) {
    if (endsConnection(error)) connection.lost ??= error;
    if (connection.lost === undefined) throw error;
    const { message } = connection.lost;
    throw new Error(
      `The connection to the Synapse database was lost: ${message}. Run the import again: what was imported is passed over.`,
      { cause: error },
    );
  }
};

async function* rows(connection: Connection): AsyncGenerator<SynapseRow, void, void> {
  await query(connection, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    yield* postgresRows((text) => query(connection, text));
  } finally {
    if (connection.lost === undefined) await query(connection, 'ROLLBACK');
  }
}
