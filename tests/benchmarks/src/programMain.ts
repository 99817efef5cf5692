import { systemRuntime } from '@account-data/runtime';
import { openProgram } from './openProgram.js';
import type { RunningProgram } from './Program.js';
import type { Answer, Request } from './ProgramMessages.js';
import { type Turns, turnWatch } from './turnWatch.js';

/** A process of its own for one program, told what to do by the process that started it (see `ProgramProcess`). */

let running: RunningProgram | undefined;
/** Begun when it is first asked: who does not ask is not disturbed. */
let turns: (() => Turns) | undefined;

const opened = (): RunningProgram => {
  if (running === undefined) throw new Error('No program is open.');
  return running;
};

const answerTo = async (request: Request): Promise<Answer> => {
  switch (request._tag) {
    case 'Open':
      running = await openProgram(request.program, { folder: request.folder, clock: systemRuntime.clock });
      return { _tag: 'Opened', ...(running.url === undefined ? {} : { url: running.url }) };
    case 'Round': {
      const { round } = opened();
      if (round === undefined) throw new Error('This program is measured by another one.');
      return { _tag: 'Measured', measured: await round(request.seconds) };
    }
    case 'Processor': {
      const { user, system } = process.cpuUsage();
      return { _tag: 'Processor', microseconds: user + system };
    }
    case 'Turns':
      turns ??= turnWatch();
      return { _tag: 'Turns', turns: turns() };
    case 'Close':
      await opened().close();
      return { _tag: 'Closed' };
  }
};

process.on('message', (request: Request) => {
  answerTo(request)
    .catch((error: unknown): Answer => ({
      _tag: 'Failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }))
    .then((answer) => {
      process.send?.(answer);
      if (request._tag === 'Close') process.disconnect();
    })
    .catch(() => process.exit(1));
});

// Who started this process is gone: nobody wants the figures any more.
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C reaches the whole group; the starting process ends its programs in order.
process.on('SIGINT', () => undefined);
