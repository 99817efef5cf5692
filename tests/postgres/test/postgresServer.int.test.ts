import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { postgresPrograms, startPostgres } from '../src/index.js';

const programs = postgresPrograms();

/** Runs one statement on a connection of its own. */
const query = async (connectionString: string, sql: string): Promise<ReadonlyArray<unknown>> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat() as ReadonlyArray<unknown>;
  } finally {
    await client.end();
  }
};

test.skipIf(programs === undefined)('a PostgreSQL server has the settings it is given, and what it committed after a crash', async () => {
  const server = await startPostgres(programs ?? '', { wal_level: 'logical' });
  onTestFinished(() => server.stop());
  const database = await server.createDatabase('synapse');
  expect(await query(database, 'SHOW wal_level')).toEqual(['logical']);
  expect(await query(database, 'SHOW server_encoding')).toEqual(['UTF8']);
  expect(await query(database, 'SELECT datcollate FROM pg_database WHERE datname = current_database()')).toEqual(['C']);
  await query(database, 'CREATE TABLE kept (n INT)');
  await query(database, 'INSERT INTO kept VALUES (1)');
  await server.crash();
  await expect(query(database, 'SELECT 1')).rejects.toThrow();
  await server.start({ wal_level: 'replica' });
  expect(await query(database, 'SELECT n FROM kept')).toEqual([1]);
  expect(await query(database, 'SHOW wal_level')).toEqual(['replica']);
});
