import { syncRoundsOf } from '../inFlight.js';
import type { ProgramContext, RunningProgram } from '../Program.js';
import { contentOf, typeOf, userAt, userOf } from '../workload.js';
import { nextTurn } from './nextTurn.js';
import { openEngine } from './openEngine.js';

/** Reads through the engine, of states that were changed before and written to the projection's storage. */
export const engineGet = async (users: number, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEngine(folder);
  await Promise.all(
    Array.from({ length: users }, (_, index) =>
      engine.setAccountData(userAt(index), null, typeOf(index, 1), contentOf(index)),
    ),
  );
  await engine.projection.flush();
  const read = (n: number): void => {
    const userId = userOf(n, users);
    if (engine.get(userId, null, typeOf(n, 1)) === undefined) throw new Error(`There is nothing of ${userId}.`);
  };
  return { round: syncRoundsOf(clock, nextTurn, read), close };
};
