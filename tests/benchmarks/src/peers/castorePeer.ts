import { EventStore, EventType } from '@castore/core';
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';
import { systemRuntime } from '@account-data/runtime';
import { startPostgres } from '@account-data/tests-postgres';
import pg from 'pg';
import { bytesOfDatabase } from './bytesOfDatabase.js';
import type { RunningPeer } from './Peer.js';
import { durableSettings } from './postgresPeer.js';

type Content = { readonly [key: string]: unknown };

/** A user: all keys, which it folds at each read. */
interface User {
  readonly aggregateId: string;
  readonly version: number;
  readonly keys: { readonly [type: string]: Content };
}

const changed = new EventType<'CHANGED', { readonly type: string; readonly content: Content }, { readonly actor: string; readonly reason: string; readonly correlationId: string; readonly origin: string }>({ type: 'CHANGED' });

/** castore with its adapter for PostgreSQL: an aggregate for each user, without a read model, which is its application's to write. @category constructors */
export const castorePeer = async (programs: string): Promise<RunningPeer> => {
  const server = await startPostgres(programs, durableSettings);
  const { connectionString } = server;
  await PostgresEventStorageAdapter.createEventTable({ connectionString, aggregateId: { type: 'VARCHAR', length: 255 } });
  const store = new EventStore({
    eventStoreId: 'ACCOUNT_DATA',
    eventTypes: [changed],
    reducer: (user: User, { aggregateId, version, payload }): User => ({ aggregateId, version, keys: { ...(user as User | undefined)?.keys, [payload.type]: payload.content } }),
    eventStorageAdapter: new PostgresEventStorageAdapter({ connectionString }),
  });
  const pool = new pg.Pool({ connectionString, max: 1 });
  /** Its callers await each other for one user, as a server would let them. */
  const turns = new Map<string, Promise<unknown>>();
  const push = async (userId: string, type: string, content: Content, reason: string): Promise<void> => {
    const { events } = await store.getEvents(userId, { reverse: true, limit: 1 });
    const metadata = { actor: userId, reason, correlationId: systemRuntime.random.uuid(), origin: 'api' };
    await store.pushEvent({ aggregateId: userId, version: (events[0]?.version ?? 0) + 1, type: 'CHANGED', payload: { type, content }, metadata }, {});
  };
  return {
    put: ({ userId, type, content, reason }) => {
      const turn = (turns.get(userId) ?? Promise.resolve()).then(() => push(userId, type, content, reason));
      turns.set(userId, turn);
      return turn;
    },
    get: async (userId, type) => (await store.getAggregate(userId)).aggregate?.keys[type],
    history: async (userId, type, limit) => (await store.getEvents(userId, { reverse: true })).events.filter(({ payload }) => payload.type === type).slice(0, limit).length,
    asOf: async (userId, revision) => Object.keys((await store.getAggregate(userId, { maxVersion: revision + 1 })).aggregate?.keys ?? {}).length,
    bytes: () => bytesOfDatabase(pool),
    close: async () => {
      await pool.end();
      await server.stop();
    },
  };
};
