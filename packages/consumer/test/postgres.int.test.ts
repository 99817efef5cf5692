import { createAccountDataEngine, feedSource } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { type PostgresServer, postgresPrograms, startPostgres } from '@account-data/tests-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { consume } from '../src/index.js';
import { openPostgres } from '../src/postgres/index.js';
import { databaseContract } from './support/databaseContract.js';
import type { DatabaseKind } from './support/databases.js';

const programs = postgresPrograms();

describe.skipIf(programs === undefined)('PostgreSQL', () => {
  let server: PostgresServer;
  let pool: pg.Pool;
  let schemas = 0;
  /** Of the newest one: names that need quoting are quoted. */
  const schemaName = (): string => `Kept ${String(schemas)}`;

  beforeAll(async () => {
    server = await startPostgres(programs ?? '');
    pool = new pg.Pool({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  const make = (): Promise<DatabaseKind<pg.PoolClient>> => {
    schemas += 1;
    const schema = schemaName();
    return Promise.resolve({
      open: (migrations, migrate = true) => openPostgres({ pool, schema, migrations, migrate }),
      run: async (client, sql, ...values) => {
        let number = 0;
        await client.query(sql.replaceAll('?', () => `$${String((number += 1))}`), values);
      },
      read: async (sql) => {
        const client = await pool.connect();
        try {
          await client.query(`SET search_path TO "${schema}"`);
          return (await client.query<Readonly<Record<string, unknown>>>(sql)).rows;
        } finally {
          client.release(true);
        }
      },
    });
  };

  databaseContract(make);

  test('a consumer outlives its server, and keeps each item once', async () => {
    const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
    onTestFinished(() => engine.close());
    const kind = await make();
    const stop = new AbortController();
    const failures: Array<unknown> = [];
    let crashed: Promise<void> | undefined;
    const database = await kind.open([{ name: '1', sql: 'CREATE TABLE seen (position TEXT)' }]);
    for (let i = 0; i < 20; i += 1) await engine.setAccountData('@alice:example.org', null, 't', { i });
    const last = await feedSource(engine).head();
    await consume({
      source: feedSource(engine),
      database,
      batchSize: 3,
      signal: stop.signal,
      onFailure: (error) => failures.push(error),
      handle: async (client, item) => {
        await kind.run(client, 'INSERT INTO seen VALUES (?)', item.position);
        if (crashed === undefined) {
          crashed = server.crash().then(() => server.start());
          await crashed;
        }
      },
      onCheckpoint: ({ position }) => {
        if (position === last) stop.abort();
      },
    });
    expect(failures.length).toBeGreaterThan(0);
    expect((await kind.read('SELECT COUNT(*) AS n, COUNT(DISTINCT position) AS distinct FROM seen'))[0]).toEqual({ n: '20', distinct: '20' });
  });

  test('a consumer that waits while a rebuild takes the place of its tables writes nothing into them twice', async () => {
    const kind = await make();
    const migrations = [{ name: '1', sql: 'CREATE TABLE seen (n INTEGER)' }];
    const database = await kind.open(migrations);
    await database.loadCheckpoint();
    const built = await (await kind.open(migrations)).beside('2');
    const holder = await pool.connect();
    onTestFinished(() => {
      holder.release(true);
    });
    await holder.query(`BEGIN; SELECT * FROM "${schemaName()}".account_data_checkpoint FOR UPDATE`);
    const waiters = async (wanted: number): Promise<void> => {
      const waiting = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
      while ((await pool.query<{ n: number }>(waiting)).rows[0]?.n !== wanted) await new Promise(setImmediate);
    };
    const swapped = built.swapIn(() => true);
    await waiters(1);
    const late = database.transaction((client) => kind.run(client, 'INSERT INTO seen VALUES (1)'));
    const refused = expect(late).rejects.toMatchObject({ code: 'checkpoint_moved' });
    await waiters(2);
    await holder.query('COMMIT');
    expect(await swapped).toBe(true);
    await refused;
    expect(await kind.read('SELECT n FROM seen')).toEqual([]);
  });
});
