import { systemRuntime } from '@account-data/runtime';
import { startPostgres } from '@account-data/tests-postgres';
import pg from 'pg';
import { bytesOfDatabase } from './bytesOfDatabase.js';
import { changeLogTables, historyOfKey, postgresTrigger, rebuiltState, setKey, stateAsOf } from './changeLogSql.js';
import type { RunningPeer } from './Peer.js';

const numbered = (n: number): string => `$${String(n)}`;
/** How many connections those get whose pool can be chosen. */
export const connections = 64;

/** What a server of our own flushes: each commit before it is answered. @category constants */
export const durableSettings = { fsync: 'on', synchronous_commit: 'on', max_connections: '100' };

const contentOf = (result: pg.QueryResult): unknown => (result.rows[0] as { readonly content: unknown } | undefined)?.content;

/** A server on this machine and 64 connections to it; with the change log, or with the content alone. @category constructors */
export const postgresPeer = async (programs: string, way: 'logged' | 'plain'): Promise<RunningPeer> => {
  const server = await startPostgres(programs, durableSettings);
  const pool = new pg.Pool({ connectionString: server.connectionString, max: connections });
  const close = async (): Promise<void> => {
    await pool.end();
    await server.stop();
  };
  const read = { name: 'get', text: "SELECT content FROM account_data WHERE user_id = $1 AND room_id = '' AND type = $2" };
  const get: RunningPeer['get'] = async (userId, type) => contentOf(await pool.query({ ...read, values: [userId, type] }));
  if (way === 'plain') {
    await pool.query('CREATE TABLE account_data (user_id TEXT, room_id TEXT, type TEXT, content JSONB, PRIMARY KEY (user_id, room_id, type))');
    const put = { name: 'put', text: "INSERT INTO account_data VALUES ($1, '', $2, $3) ON CONFLICT (user_id, room_id, type) DO UPDATE SET content = excluded.content" };
    return {
      put: ({ userId, type, content }) => pool.query({ ...put, values: [userId, type, JSON.stringify(content)] }),
      get,
      bytes: () => bytesOfDatabase(pool),
      close,
    };
  }
  await pool.query(changeLogTables({ position: 'BIGSERIAL PRIMARY KEY', json: 'JSONB' }));
  await pool.query(postgresTrigger);
  const set = { name: 'set', text: setKey("$1, '', $2, $3, $4, $5, $6, $7, 'api', $8") };
  return {
    put: ({ userId, type, content, reason }) => {
      const id = systemRuntime.random.uuid();
      return pool.query({ ...set, values: [userId, type, JSON.stringify(content), id, userId, reason, id, systemRuntime.clock.now()] });
    },
    get,
    history: async (userId, type, limit) => (await pool.query({ name: 'history', text: historyOfKey(numbered), values: [userId, type, limit] })).rows.length,
    asOf: async (userId, revision) => (await pool.query({ name: 'as-of', text: stateAsOf(numbered), values: [userId, revision] })).rows.length,
    rebuild: async () => {
      await pool.query(rebuiltState);
      await pool.query('DROP TABLE rebuilt');
      const { rows } = await pool.query<{ readonly n: string }>('SELECT COUNT(*) AS n FROM changes');
      return Number(rows[0]?.n);
    },
    bytes: () => bytesOfDatabase(pool),
    close,
  };
};
