import { postgresPrograms, startPostgres, synapseTables } from '@account-data/tests-postgres';
import { startAuditedSynapse, startSynapse, type Synapse, synapseEnvironment } from '@account-data/tests-synapse';
import pg from 'pg';
import { processorOf } from '../processorOf.js';
import type { Asker } from '../Program.js';
import type { MeasuredProcess, SideContext } from '../Side.js';

/** Why there is no PostgreSQL here; undefined where there is one. */
export const postgresMissing = (): string | undefined => (postgresPrograms() === undefined ? 'the programs of a PostgreSQL server are not installed' : undefined);

/** Why no Synapse can be run here on PostgreSQL; undefined where it can. Installs it, where it is not yet. */
export const synapseMissing = async (): Promise<string | undefined> => postgresMissing() ?? (await synapseEnvironment()).missing;

/** A database, and the end of its server. @category model */
export interface Database {
  readonly url: string;
  readonly sql: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A server with an empty database, from which changes can be replicated. It flushes each commit, or nothing. @category constructors */
export const startDatabase = async (isDurable: boolean): Promise<Database> => {
  const server = await startPostgres(postgresPrograms() ?? '', { wal_level: 'logical', fsync: isDurable ? 'on' : 'off' });
  try {
    const url = await server.createDatabase('synapse');
    const sql = async (text: string): Promise<void> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(text).finally(() => client.end());
    };
    return { url, sql, close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
};

/** As the guide says. */
const identities = `
  ALTER TABLE account_data REPLICA IDENTITY USING INDEX account_data_uniqueness;
  ALTER TABLE room_account_data REPLICA IDENTITY USING INDEX room_account_data_uniqueness;
  ALTER TABLE room_tags REPLICA IDENTITY USING INDEX room_tag_uniqueness;
  ALTER TABLE erased_users REPLICA IDENTITY USING INDEX erased_users_user;`;

/** A database with Synapse's tables, ready to be followed, and a procedure that writes account data as Synapse does: an upsert and a commit for each. @category constructors */
export const startTables = async (): Promise<Database> => {
  const database = await startDatabase(false);
  await database.sql(synapseTables);
  await database.sql(identities);
  await database.sql(`CREATE PROCEDURE write_rows(start int, count int, users int) LANGUAGE plpgsql AS $$
    BEGIN
      FOR n IN start .. start + count - 1 LOOP
        INSERT INTO account_data (user_id, account_data_type, stream_id, instance_name, content)
          VALUES (format('@user%s:example.org', n % users), 'org.example.settings', n, 'master', format('{"theme":"dark","accent":"#0a84ff","fontSize":14,"compact":false,"n":%s}', n))
          ON CONFLICT (user_id, account_data_type) DO UPDATE SET stream_id = EXCLUDED.stream_id, instance_name = EXCLUDED.instance_name, content = EXCLUDED.content;
        COMMIT;
      END LOOP;
    END $$`);
  return database;
};

/**
 * The same tables, full: of each user seven of ten rows are account data, two of a room, and one is a tag. They were written in the scattered
 * order of `userOf`: the first row of every user, then the second one of every user, and so on.
 *
 * @category constructors
 */
export const startFullTables = async (rows: number): Promise<Database> => {
  const database = await startTables();
  const content = `format('{"theme":"dark","accent":"#0a84ff","fontSize":14,"compact":false,"n":%s}', u)`;
  const user = `format('@user%s:example.org', u)`;
  const count = String(rows / 10);
  const users = `generate_series(1, ${count}) u`;
  const streamId = `(k - 1) * ${count} + (u * 7919) % ${count}`;
  await database.sql(`INSERT INTO account_data SELECT ${user}, 'org.example.settings.' || k, ${streamId}, ${content} FROM ${users}, generate_series(1, 7) k;
    INSERT INTO room_account_data SELECT ${user}, '!room' || k || ':example.org', 'm.fully_read', ${streamId}, ${content} FROM ${users}, generate_series(8, 9) k;
    INSERT INTO room_tags SELECT ${user}, '!room8:example.org', 'm.favourite', '{"order":0.5}' FROM ${users}`);
  return database;
};

/** A real Synapse with users, and the end of it and of its database. @category model */
export interface Homeserver extends MeasuredProcess {
  readonly url: string;
  readonly database: string;
  readonly askers: ReadonlyArray<Asker>;
  readonly close: () => Promise<void>;
}

/**
 * A real Synapse on PostgreSQL; audited, with the module of its documentation that announces into a real room, and as durable as
 * ours, whose PUTs are measured beside its own. Without flushes it takes more, which is what a follow has to keep up with.
 *
 * @category constructors
 */
export const startHomeserver = async (users: number, isAudited: boolean, { folder }: Pick<SideContext, 'folder'>): Promise<Homeserver> => {
  const database = await startDatabase(isAudited);
  let synapse: Synapse | undefined;
  const close = async (): Promise<void> => {
    await synapse?.stop();
    await database.close();
  };
  try {
    const python = (await synapseEnvironment()).python ?? '';
    const options = { python, folder, database: { postgres: database.url } };
    const started = await (isAudited ? startAuditedSynapse(options) : startSynapse(options));
    synapse = started;
    const askers: Array<Asker> = [];
    for (let index = 0; index < users; index += 1) {
      const { userId, accessToken: token } = await started.register(`user${String(index)}`);
      askers.push({ userId, token });
    }
    await database.sql(identities);
    return { url: started.url, database: database.url, askers, pid: started.pid, processor: () => processorOf(started.pid), close };
  } catch (error) {
    await close();
    throw error;
  }
};
