import { streamNames } from '@account-data/domain';
import { type AccountDataEngine, createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore, type EventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { type PostgresServer, synapseTables } from '@account-data/tests-postgres';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { type Follow, type FollowHealth, followPolling, followPostgres, type FollowPostgresOptions, type PolledDatabase } from '../../src/index.js';

export const alice = '@alice:example.org';
export const bob = '@bob:example.org';
export const room = '!room:example.org';

/** What has to be set in Synapse's database, as the command prints it. */
export const identities = `
  ALTER TABLE account_data REPLICA IDENTITY USING INDEX account_data_uniqueness;
  ALTER TABLE room_account_data REPLICA IDENTITY USING INDEX room_account_data_uniqueness;
  ALTER TABLE room_tags REPLICA IDENTITY USING INDEX room_tag_uniqueness;
  ALTER TABLE erased_users REPLICA IDENTITY USING INDEX erased_users_user;`;

/** The tables of a Synapse, which tests write to as it does. */
export interface SynapseTables {
  readonly connectionString: string;
  readonly sql: (text: string, values?: ReadonlyArray<unknown>) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
  /** As Synapse's upsert of a user's account data. */
  readonly set: (userId: string, type: string, content: string, roomId?: string) => Promise<void>;
}

let databases = 0;
let streamId = 0;

/** A database of its own on the server, in which everything is prepared unless it is said otherwise. */
export const synapseOn = async (server: PostgresServer, { isPrepared = true } = {}): Promise<SynapseTables> => {
  databases += 1;
  const connectionString = await server.createDatabase(`synapse${String(databases)}`);
  const sql: SynapseTables['sql'] = async (text, values) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, values === undefined ? undefined : [...values])).rows;
    } finally {
      await client.end();
    }
  };
  await sql(synapseTables);
  if (isPrepared) await sql(identities);
  return {
    connectionString,
    sql,
    set: async (userId, type, content, roomId) => {
      streamId += 1;
      if (roomId === undefined) {
        await sql('INSERT INTO account_data VALUES ($1, $2, $3, $4) ON CONFLICT (user_id, account_data_type) DO UPDATE SET stream_id = EXCLUDED.stream_id, content = EXCLUDED.content', [userId, type, streamId, content]);
      } else {
        await sql('INSERT INTO room_account_data VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, room_id, account_data_type) DO UPDATE SET stream_id = EXCLUDED.stream_id, content = EXCLUDED.content', [userId, roomId, type, streamId, content]);
      }
    },
  };
};

/** An engine in memory, closed after the test. */
export const openEngine = async (store: EventStore = createInMemoryEventStore({ runtime: systemRuntime }), options: Partial<Parameters<typeof createAccountDataEngine>[0]> = {}): Promise<{ readonly engine: AccountDataEngine; readonly store: EventStore }> => {
  const engine = await createAccountDataEngine({ store, ...options });
  onTestFinished(() => engine.close());
  return { engine, store };
};

/** What follows the tables into the engine, and lets tests wait for what it does. */
export interface TestFollow extends Follow {
  /** Until the follow and the engine are so; told by both, not by time. */
  readonly until: (isSo: (health: FollowHealth) => boolean) => Promise<void>;
}

interface Ours {
  readonly engine: AccountDataEngine;
  readonly store: EventStore;
}

const parts = ({ connectionString }: Pick<SynapseTables, 'connectionString'>, { engine, store }: Ours) => ({
  serverName: 'example.org',
  connectionString,
  excludeTypes: [],
  log: engine,
  store,
  names: streamNames(),
  runtime: systemRuntime,
  logger: { log: () => undefined },
});

const untilTold = (follow: Follow, { engine }: Ours): TestFollow => {
  onTestFinished(() => follow.close());
  return {
    ...follow,
    until: (isSo) =>
      new Promise((resolve) => {
        const undo: Array<() => void> = [];
        const look = (): void => {
          if (!isSo(follow.health())) return;
          for (const step of undo) step();
          resolve();
        };
        undo.push(follow.onChange(look), engine.projection.onChange(look));
        look();
      }),
  };
};

/** Follows until the test is over. */
export const startFollow = (synapse: Pick<SynapseTables, 'connectionString'>, ours: Ours, options: Partial<FollowPostgresOptions> = {}): TestFollow =>
  untilTold(
    followPostgres({ ...parts(synapse, ours), slot: `follow_${synapse.connectionString.split('/').at(-1) ?? ''}`, publication: 'account_data_engine', ...options }),
    ours,
  );

/** Polls until the test is over: at the start, and when it is asked to compare. */
export const pollFollow = (database: PolledDatabase, ours: Ours): TestFollow =>
  untilTold(followPolling({ ...parts({ connectionString: '' }, ours), database, interval: 3_600_000 }), ours);
