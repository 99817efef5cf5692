import { type Migration, pendingMigrations } from '../databases/migrations.js';
import { inTransaction, quoted } from './inTransaction.js';
import type { PostgresClient, PostgresPool } from './PostgresPool.js';

const ownTables = `
  CREATE TABLE IF NOT EXISTS account_data_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS account_data_checkpoint (id INTEGER PRIMARY KEY CHECK (id = 0), log_id TEXT, position TEXT, version TEXT);
  INSERT INTO account_data_checkpoint (id) VALUES (0) ON CONFLICT DO NOTHING;
`;

/** Waits until no other process makes, migrates or replaces tables of this schema, to the end of the transaction. */
export const lockSchema = (client: PostgresClient, schema: string): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`account-data-consumer ${schema}`]);

/** Which schema, and whose lock is held meanwhile: that of the live one. */
export interface SchemaPlace<Client extends PostgresClient> {
  readonly pool: PostgresPool<Client>;
  readonly live: string;
  readonly schema: string;
}

/**
 * Makes what is missing of a schema: itself, our tables, and what the migrations make.
 *
 * @param migrations null: only our own tables
 * @throws {MigrationsDiffer}
 */
export const migrateSchema = async <Client extends PostgresClient>(
  { pool, live, schema }: SchemaPlace<Client>,
  migrations: ReadonlyArray<Migration> | null,
  version?: string,
): Promise<void> =>
  inTransaction(pool, schema, async (client) => {
    await lockSchema(client, live);
    if (version !== undefined) await dropUnlessOf(client, schema, version);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
    await client.query(ownTables);
    if (version !== undefined) await client.query('UPDATE account_data_checkpoint SET version = $1', [version]);
    if (migrations === null) return;
    const { rows } = await client.query('SELECT name FROM account_data_migrations ORDER BY number');
    const applied = (rows as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name);
    let number = applied.length;
    for (const { name, sql } of pendingMigrations(`The schema ${schema}`, migrations, applied)) {
      await client.query(sql);
      await client.query('INSERT INTO account_data_migrations VALUES ($1, $2)', [(number += 1), name]);
    }
  });

/** What a rebuild of another version left. */
const dropUnlessOf = async (client: PostgresClient, schema: string, version: string): Promise<void> => {
  const table = `${quoted(schema)}.account_data_checkpoint`;
  const { rows: found } = await client.query('SELECT to_regclass($1) AS found', [table]);
  const exists = (found as ReadonlyArray<{ readonly found: string | null }>).some((row) => row.found !== null);
  const { rows } = exists ? await client.query(`SELECT version FROM ${table}`) : { rows: [] };
  if ((rows as ReadonlyArray<{ readonly version: string | null }>)[0]?.version === version) return;
  await client.query(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`);
};
