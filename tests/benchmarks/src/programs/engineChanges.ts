import { roundsOf } from '../inFlight.js';
import type { ChangesWork, ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userOf } from '../workload.js';
import { openEngine } from './openEngine.js';

/** Changes through the engine: each is acknowledged when it is durable and a read shows it. */
export const engineChanges = async (work: ChangesWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEngine(folder);
  const change = async (n: number): Promise<void> => {
    const { delivery } = await engine.setAccountData(
      userOf(n, work.users),
      null,
      typeOf(n, work.types),
      contentOf(n),
    );
    if (delivery !== 'done') throw new Error('A change was not projected in time.');
  };
  return { round: roundsOf(clock, work, change), close };
};
