import type { RunQuery } from '@account-data/synapse-import';
import pg from 'pg';

/** One connection to Synapse's database. @category model */
export interface PostgresConnection {
  readonly query: (text: string, values?: ReadonlyArray<unknown>) => ReturnType<RunQuery>;
  /** Ends it; what fails then is no matter any more. */
  readonly close: () => Promise<void>;
}

/** What is wrong with the database may be in its answer, as a SQLSTATE. */
export const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * Connects. `replication`: for the commands of the replication protocol. Rejects with the client's error.
 *
 * @category constructors
 */
export const connectPostgres = async (
  connectionString: string,
  { replication = false }: { readonly replication?: boolean } = {},
): Promise<PostgresConnection> => {
  const settings: pg.ClientConfig & { replication?: 'database' } = {
    connectionString,
    application_name: 'account-data-engine',
    keepAlive: true,
    ...(replication ? { replication: 'database' } : {}),
  };
  const client = new pg.Client(settings);
  let lost: Error | undefined;
  // Told between two queries by an event; unheard, it would end the process. The next query fails.
  client.on('error', (error) => {
    lost ??= error;
  });
  await client.connect();
  return {
    query: async (text, values) => {
      if (lost !== undefined) throw lost;
      return (await client.query<{ readonly [column: string]: unknown }>(text, values === undefined ? undefined : [...values])).rows;
    },
    close: async () => {
      if (lost === undefined) await client.end().catch(() => undefined);
    },
  };
};
