import { streamNames, type UserId } from '@account-data/domain';
import { callCredentials, type RealServer } from '@account-data/tests-eventstoredb-server';
import { EventStoreDBClient, jsonEvent, streamNameFilter, type AllStreamSubscription, type AppendToStreamOptions } from '@eventstore/db-client';
import { roundsOf } from '../inFlight.js';
import type { AppendPath, ChangesWork, Follow, ProgramContext, RunningProgram } from '../Program.js';
import { typeOf, userOf } from '../workload.js';
import { bareEvent } from './bareEvent.js';

/** Hears of everything as a projection does, and subscribes again where the server ends it: a burst is enough for that. */
const followLog = (client: EventStoreDBClient, prefix: string): (() => void) => {
  let ended = false;
  let current: AllStreamSubscription | undefined;
  const subscribe = (): void => {
    if (ended) return;
    current = client.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 1_000, checkpointInterval: 1 }) });
    current.on('error', () => {
      setTimeout(subscribe, 50).unref();
    });
    current.on('data', () => undefined);
  };
  subscribe();
  return () => {
    ended = true;
    void current?.unsubscribe();
  };
};

/** The baseline of writes: the client's appends of the same events to as many streams, at the exact revision as ours. */
export const bareAppends = (
  work: ChangesWork,
  { path, follow }: { readonly path: AppendPath; readonly follow: Follow },
  server: RealServer,
  { clock }: ProgramContext,
): Promise<RunningProgram> => {
  const client = EventStoreDBClient.connectionString(server.connectionString);
  const names = streamNames(server.prefix);
  const options: AppendToStreamOptions = path === 'batch' ? {} : { credentials: callCredentials(server.connectionString) };
  const heads = new Map<string, bigint>();
  const append = async (n: number): Promise<void> => {
    const userId = userOf(n, work.users);
    const head = heads.get(userId);
    const { id, type, data, metadata } = bareEvent(n, userId, typeOf(n, work.types), 0);
    const event = jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } });
    const { success } = await client.appendToStream(names.accountData(userId as UserId), event, { ...options, expectedRevision: head ?? 'no_stream' });
    if (!success) throw new Error('An append was not acknowledged.');
    heads.set(userId, head === undefined ? 0n : head + 1n);
  };
  const unfollow = follow === 'followed' ? followLog(client, names.accountDataPrefix) : (): void => undefined;
  return Promise.resolve({
    round: roundsOf(clock, work, append),
    close: async () => {
      unfollow();
      await client.dispose();
    },
  });
};
