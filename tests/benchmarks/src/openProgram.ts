import type { Program, ProgramContext, RunningProgram } from './Program.js';

/** Opens a program in this process. Loads only the code that the program needs, so that a baseline stays bare. */
export const openProgram = async (program: Program, context: ProgramContext): Promise<RunningProgram> => {
  switch (program._tag) {
    case 'BareChanges':
      return (await import('./programs/bareChanges.js')).bareChanges(program.work, program.settings, context);
    case 'BareGet':
      return (await import('./programs/bareGet.js')).bareGet(program.users, program.encoding, context);
    case 'BareServer':
      return (await import('./programs/bareServer.js')).bareServer(program.settings, program.parse, context);
    case 'BareScan':
      return (await import('./programs/bareScan.js')).bareScan(program.work, context);
    case 'BareHistory':
      return (await import('./programs/bareHistory.js')).bareHistory(program.work, context);
    case 'HttpLoad':
      return (await import('./programs/httpLoad.js')).httpLoad(program.url, program.work);
  }
};
