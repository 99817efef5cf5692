import { Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { latencyRoundsOf } from '../inFlight.js';
import type { HistoryWork, ProgramContext, RunningProgram } from '../Program.js';
import { userAt } from '../workload.js';
import { historyReads } from './historyReads.js';
import { openEngine } from './openEngine.js';

/** History pages or states as they were, through the engine. */
export const engineHistory = async (work: HistoryWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEngine(folder);
  const page = async (userId: string, revision: number): Promise<number> => {
    const from = Revision(revision);
    const { entries } = await engine.history(userId, { direction: 'backwards', from, limit: work.pageSize });
    return entries.length;
  };
  const asOf = async (userId: string, revision: number): Promise<number> => {
    const state = await engine.projection.asOf(userId, { revision: Revision(revision) })();
    if (E.isLeft(state)) throw new Error(state.left.code);
    return state.right.entries.length;
  };
  const read = historyReads(work, work.read === 'page' ? page : asOf);
  return { round: latencyRoundsOf(clock, (n) => read(userAt(n % work.users), n)), close };
};
