import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../median.js';
import type { CommandWork, ProgramContext, RunningProgram } from '../Program.js';
import { typeOf, userAt } from '../workload.js';

const run = promisify(execFile);

const command = fileURLToPath(new URL('../../../../apps/cli/dist/main.js', import.meta.url));

const argumentsOf = (work: CommandWork, folder: string): ReadonlyArray<string> => {
  switch (work) {
    case 'node':
      return ['--eval', "console.log('theme')"];
    case 'help':
      return [command, '--help'];
    case 'get':
      return [command, 'get', userAt(0), typeOf(0, 1), '--dir', folder];
  }
};

/**
 * The command, started again and again, each time in a process of its own. The value is the median of a round, in
 * milliseconds, from the start of the process to its end.
 */
export const commandStart = (work: CommandWork, { folder, clock }: ProgramContext): RunningProgram => ({
  round: async (seconds) => {
    const durations: Array<number> = [];
    const until = clock.monotonic() + seconds * 1_000;
    do {
      const begun = clock.monotonic();
      const { stdout } = await run(process.execPath, [...argumentsOf(work, folder)], { env: { PATH: process.env['PATH'] } });
      durations.push(clock.monotonic() - begun);
      if (!stdout.includes(work === 'help' ? 'Usage:' : 'theme')) throw new Error(`The command wrote: ${stdout}`);
    } while (clock.monotonic() < until);
    return { value: median(durations), operations: durations.length };
  },
  close: () => Promise.resolve(),
});
