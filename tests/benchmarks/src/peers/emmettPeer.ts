import { type Event, projections, type ReadEvent } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore, pongoMultiStreamProjection } from '@event-driven-io/emmett-postgresql';
import { pongoClient } from '@event-driven-io/pongo';
import { systemRuntime } from '@account-data/runtime';
import { startPostgres } from '@account-data/tests-postgres';
import pg from 'pg';
import { bytesOfDatabase } from './bytesOfDatabase.js';
import type { RunningPeer } from './Peer.js';
import { connections, durableSettings } from './postgresPeer.js';

type Content = { readonly [key: string]: unknown };
type Changed = Event<'Changed', { userId: string; type: string; content: Content }, { actor: string; reason: string; correlationId: string; origin: string }>;
type Key = { content: Content };

const keyOf = (userId: string, type: string): string => `${userId} ${type}`;
const streamOf = (userId: string): string => `account_data-${userId}`;

/** emmett's store on PostgreSQL, a stream for each user, with an inline projection of each key's current content. @category constructors */
export const emmettPeer = async (programs: string): Promise<RunningPeer> => {
  const server = await startPostgres(programs, durableSettings);
  const { connectionString } = server;
  const pool = new pg.Pool({ connectionString, max: connections });
  const projection = pongoMultiStreamProjection<Key, Changed>({
    collectionName: 'account_data',
    canHandle: ['Changed'],
    getDocumentId: ({ data }: ReadEvent<Changed>) => keyOf(data.userId, data.type),
    evolve: (_key: Key | null, { data }: ReadEvent<Changed>) => ({ content: data.content }),
  });
  const store = getPostgreSQLEventStore(connectionString, { projections: projections.inline([projection]), connectionOptions: { pool } });
  await store.schema.migrate();
  const pongo = pongoClient(connectionString, { connectionOptions: { pool } });
  const keys = pongo.db().collection<Key>('account_data');
  /** Its callers await each other for one user, as a server would let them. */
  const turns = new Map<string, Promise<unknown>>();
  return {
    put: ({ userId, type, content, reason }) => {
      const metadata = { actor: userId, reason, correlationId: systemRuntime.random.uuid(), origin: 'api' };
      const append = (): Promise<unknown> => store.appendToStream<Changed>(streamOf(userId), [{ type: 'Changed', data: { userId, type, content }, metadata }]);
      const turn = (turns.get(userId) ?? Promise.resolve()).then(append);
      turns.set(userId, turn);
      return turn;
    },
    get: async (userId, type) => (await keys.findOne({ _id: keyOf(userId, type) }))?.content,
    history: async (userId, type, limit) => {
      const { events } = await store.readStream<Changed>(streamOf(userId));
      return events.filter(({ data }) => data.type === type).slice(-limit).length;
    },
    asOf: async (userId, revision) => {
      const { state } = await store.aggregateStream<ReadonlyMap<string, Content>, Changed>(streamOf(userId), {
        initialState: (): ReadonlyMap<string, Content> => new Map(),
        evolve: (before: ReadonlyMap<string, Content>, { data }: Changed) => new Map(before).set(data.type, data.content),
        read: { to: BigInt(revision + 1) },
      });
      return state.size;
    },
    bytes: () => bytesOfDatabase(pool),
    close: async () => {
      await pongo.close();
      await store.close();
      await pool.end();
      await server.stop();
    },
  };
};
