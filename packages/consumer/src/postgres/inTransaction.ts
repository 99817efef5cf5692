import type { PostgresClient, PostgresPool } from './PostgresPool.js';

/** A name as SQL quotes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A client that loses its server says so as an event, too, which ends a process in which nobody listens; the query rejects. */
const ignore = (): void => undefined;

/** Runs `work` in a transaction in which names without a schema are those of `schema`; extensions are found in `public`. */
export const inTransaction = async <Client extends PostgresClient, A>(
  pool: PostgresPool<Client>,
  schema: string,
  work: (client: Client) => Promise<A>,
): Promise<A> => {
  const client = await pool.connect();
  client.on('error', ignore);
  let failed = true;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL search_path TO ${quoted(schema)}, public`);
    const result = await work(client);
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    client.off('error', ignore);
    // What is not committed goes with its connection.
    client.release(failed);
  }
};
