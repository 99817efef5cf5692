import type { Migration } from '../databases/migrations.js';
import type { BuiltDatabase, RebuildableDatabase } from '../rebuild.js';
import { inTransaction, quoted } from './inTransaction.js';
import { lockSchema, migrateSchema } from './migrateSchema.js';
import type { PostgresClient, PostgresPool } from './PostgresPool.js';
import { lockCheckpoint, schemaDatabase } from './schemaDatabase.js';

/** Which schema of which database. @category model */
export interface PostgresOptions<Client extends PostgresClient> {
  /** `new pg.Pool(…)`. It stays the caller's, to be ended by it. */
  readonly pool: PostgresPool<Client>;
  /**
   * The schema that the projection has for itself; it is made where it is missing. A rebuild drops all that is in it. Beside it
   * stand, while a rebuild runs, `<schema>_next` and `<schema>_replaced`.
   */
  readonly schema: string;
  readonly migrations: ReadonlyArray<Migration>;
  /** False: the live tables stay as they are. For a rebuild whose migrations are not those of the live ones. Default true. */
  readonly migrate?: boolean;
}

const longestName = 63;

const outliving = new WeakSet<object>();

/** A connection that nobody uses and that lost its server is said as an event: the pool makes another when one is asked for. */
const outliveServer = <Client extends PostgresClient>(pool: PostgresPool<Client>): void => {
  if (outliving.has(pool)) return;
  outliving.add(pool);
  pool.on('error', () => undefined);
};

/**
 * A schema of PostgreSQL as a consumer's database, with its tables migrated. What handlers do with the client that they are given
 * is kept in the transaction of the checkpoint; they name tables without a schema.
 *
 * Two processes may run the same consumer: each item is kept once, whichever of them is first.
 *
 * @throws {MigrationsDiffer} and what the database refuses
 * @category constructors
 */
export const openPostgres = async <Client extends PostgresClient>(options: PostgresOptions<Client>): Promise<RebuildableDatabase<Client>> => {
  const { pool, schema, migrations } = options;
  const [next, replaced] = [`${schema}_next`, `${schema}_replaced`];
  if (Buffer.byteLength(replaced) > longestName) {
    throw new TypeError(`The name of the schema is too long: PostgreSQL cuts names after ${String(longestName)} bytes, and ${replaced} has more.`);
  }
  outliveServer(pool);
  await migrateSchema({ pool, live: schema, schema }, options.migrate === false ? null : migrations);

  const drop = (name: string): Promise<unknown> =>
    inTransaction(pool, schema, async (client) => {
      await lockSchema(client, schema);
      await client.query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
    });

  const swapIn: BuiltDatabase<Client>['swapIn'] = async (isCurrent) => {
    await drop(replaced);
    const done = await inTransaction(pool, schema, async (client) => {
      await lockSchema(client, schema);
      // The consumer of the live one waits at this row.
      if (!isCurrent(await lockCheckpoint(client))) return false;
      // It has resolved the table's name already: what it waits for must be gone, not only elsewhere.
      await client.query('DELETE FROM account_data_checkpoint');
      await client.query(`ALTER SCHEMA ${quoted(schema)} RENAME TO ${quoted(replaced)}`);
      await client.query(`ALTER SCHEMA ${quoted(next)} RENAME TO ${quoted(schema)}`);
      return true;
    });
    if (done) await drop(replaced);
    return done;
  };

  return {
    ...schemaDatabase(pool, schema),
    beside: async (version) => {
      await migrateSchema({ pool, live: schema, schema: next }, migrations, version);
      return {
        ...schemaDatabase(pool, next),
        swapIn,
        discard: async () => {
          await drop(next);
        },
        close: () => Promise.resolve(),
      };
    },
  };
};
