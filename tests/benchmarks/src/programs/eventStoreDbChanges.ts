import type { RealServer } from '@account-data/tests-eventstoredb-server';
import { roundsOf } from '../inFlight.js';
import type { ChangesWork, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userOf } from '../workload.js';
import { openEventStoreDbEngine } from './openEventStoreDb.js';

/** Changes through the engine on EventStoreDB, while its projection follows. */
export const eventStoreDbChanges = async (
  work: ChangesWork,
  { awaited, compression }: { readonly awaited: 'appended' | 'projected'; readonly compression?: boolean },
  server: RealServer,
  { folder, clock }: ProgramContext,
): Promise<RunningProgram> => {
  const { engine, close } = await openEventStoreDbEngine(server, folder, compression);
  const change = async (n: number): Promise<void> => {
    const { delivery } = await engine.setAccountData(userOf(n, work.users), null, typeOf(n, work.types), contentOf(n), { await: awaited });
    if (delivery !== 'done') throw new Error('A change was not projected in time.');
  };
  return { round: roundsOf(clock, work, change), close };
};
