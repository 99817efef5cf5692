import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { openEngine } from './openEngine.js';
import { seedChanges } from './seedChanges.js';

/** Fills a log and its projection. In a process of its own, so that its memory is not counted to who measures. */
export const engineSeed = async (work: LogWork, { folder }: ProgramContext): Promise<RunningProgram> => {
  const { engine, close } = await openEngine(folder);
  await seedChanges(engine, work);
  return { close };
};
