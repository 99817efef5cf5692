import type { RealServer } from '@account-data/tests-eventstoredb-server';
import { join } from 'node:path';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { openEventStoreDbEngine } from './openEventStoreDb.js';

/** How long a round may take, in milliseconds. */
const patience = 600_000;

/**
 * Catching up into a new projection. A round is from opening the engine until everything is shown and written to the
 * projection's storage; the value is events a second.
 */
export const eventStoreDbCatchUp = async (
  work: LogWork,
  { compression }: { readonly compression?: boolean },
  server: RealServer,
  { folder, clock }: ProgramContext,
): Promise<RunningProgram> => {
  let round = 0;
  return {
    round: async () => {
      const start = clock.monotonic();
      const { engine, close } = await openEventStoreDbEngine(server, join(folder, `round-${round++}`), compression);
      if (!(await engine.projection.waitUntilReady(patience))) throw new Error('The projection did not catch up.');
      await engine.projection.flush();
      const elapsed = clock.monotonic() - start;
      await close();
      return { operations: work.events, value: (work.events / elapsed) * 1000 };
    },
    close: () => Promise.resolve(),
  };
};
