import type { RealServer } from '@account-data/tests-eventstoredb-server';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userOf } from '../workload.js';
import { openEventStoreDbEngine } from './openEventStoreDb.js';

const inFlight = 64;

/** Fills a log on EventStoreDB: a change of each type of a user is one append, user by user, again and again. */
export const eventStoreDbSeed = async (work: LogWork, server: RealServer, { folder }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEventStoreDbEngine(server, folder);
  const appends = Math.ceil(work.events / work.types);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < appends) {
      const append = next++;
      const changes = Array.from({ length: work.types }, (_, index) => {
        const n = append * work.types + index;
        return { _tag: 'SetAccountData' as const, roomId: null, type: typeOf(n, work.types), content: contentOf(n) };
      });
      await engine.batch(userOf(append, work.users), changes, { await: 'appended' });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { close };
};
