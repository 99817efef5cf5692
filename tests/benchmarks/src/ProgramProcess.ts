import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured, Program } from './Program.js';
import type { Answer, Request } from './ProgramMessages.js';
import type { Turns } from './turnWatch.js';

/** A program in a process of its own. Methods reject where the program failed or its process ended. @category model */
export interface ProgramProcess {
  readonly url: string | undefined;
  readonly pid: number;
  readonly round: (seconds: number) => Promise<Measured>;
  /** The processor time that it has used, in microseconds. */
  readonly processor: () => Promise<number>;
  /** What its turns were like since this was asked before; the first call begins. */
  readonly turns: () => Promise<Turns>;
  /** Ends it in order, or by force where it failed. */
  readonly close: () => Promise<void>;
}

/** How a process is started. @category model */
export interface StartOptions {
  readonly folder: string;
  /** The processor that its threads keep to; any where it is absent. Linux only (`taskset`). */
  readonly processor?: number;
  /** Ends the process by force. */
  readonly signal: AbortSignal;
}

const childProgram = fileURLToPath(new URL('./programMain.js', import.meta.url));

/** Starts a program and waits until it is open. Its output goes to this process's standard error. */
export const startProgram = async (program: Program, options: StartOptions): Promise<ProgramProcess> => {
  options.signal.throwIfAborted();
  const child = fork(childProgram, {
    stdio: ['ignore', 2, 2, 'ipc'],
    ...(options.processor === undefined
      ? { execArgv: [...process.execArgv] }
      : { execPath: 'taskset', execArgv: ['-c', String(options.processor), process.execPath, ...process.execArgv] }),
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  options.signal.addEventListener('abort', kill);

  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.once('exit', (code, killedBy) => {
      options.signal.removeEventListener('abort', kill);
      reject(new Error(`The process of ${program._tag} ended early (${killedBy ?? `exit code ${String(code)}`}).`));
    });
  });
  ended.catch(() => undefined);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const ask = async <T extends Answer['_tag']>(
    request: Request,
    expected: T,
  ): Promise<Extract<Answer, { readonly _tag: T }>> => {
    const answered = new Promise<Answer>((resolve) => child.once('message', resolve as (answer: unknown) => void));
    child.send(request);
    const answer = await Promise.race([answered, ended]);
    if (answer._tag === 'Failed') throw new Error(`${program._tag}: ${answer.message}`);
    if (answer._tag !== expected) throw new Error(`${program._tag} answered ${answer._tag} instead of ${expected}.`);
    return answer as Extract<Answer, { readonly _tag: T }>;
  };

  try {
    const { url } = await ask({ _tag: 'Open', program, folder: options.folder }, 'Opened');
    return {
      url,
      pid: child.pid ?? 0,
      round: async (seconds) => (await ask({ _tag: 'Round', seconds }, 'Measured')).measured,
      processor: async () => (await ask({ _tag: 'Processor' }, 'Processor')).microseconds,
      turns: async () => (await ask({ _tag: 'Turns' }, 'Turns')).turns,
      close: async () => {
        try {
          await ask({ _tag: 'Close' }, 'Closed');
        } catch (error) {
          kill();
          throw error;
        } finally {
          await exited;
        }
      },
    };
  } catch (error) {
    kill();
    await exited;
    throw error;
  }
};
