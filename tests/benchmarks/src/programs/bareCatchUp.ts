import { streamNames } from '@account-data/domain';
import type { RealServer } from '@account-data/tests-eventstoredb-server';
import { type AllStreamSubscription, EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';

/** The next so many events of a subscription, parsed by the client. */
const take = (subscription: AllStreamSubscription, count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let taken = 0;
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => {
      if (event === undefined) return;
      taken += 1;
      if (taken === count) resolve();
    });
  });

/**
 * The baseline of catching up: the bare client's filtered subscription over the whole log, with the filter that ours has.
 * It keeps nothing of what it hears. A round is the whole log; the value is events a second.
 */
export const bareCatchUp = async (work: LogWork, server: RealServer, { clock }: ProgramContext): Promise<RunningProgram> => {
  const client = EventStoreDBClient.connectionString(server.connectionString);
  const { accountDataPrefix, tagsPrefix, erasuresPrefix } = streamNames(server.prefix);
  return {
    round: async () => {
      const start = clock.monotonic();
      const subscription = client.subscribeToAll({
        filter: streamNameFilter({ prefixes: [accountDataPrefix, tagsPrefix, erasuresPrefix], maxSearchWindow: 1_000, checkpointInterval: 1 }),
      });
      await take(subscription, work.events);
      const elapsed = clock.monotonic() - start;
      await subscription.unsubscribe();
      return { operations: work.events, value: (work.events / elapsed) * 1000 };
    },
    close: () => client.dispose(),
  };
};
