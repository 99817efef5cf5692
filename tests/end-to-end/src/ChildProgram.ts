import { spawn } from 'node:child_process';
import { patience, waitUntil } from './waitUntil.js';

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that was started, and what it has written so far. */
export interface ChildProgram {
  readonly pid: number;
  readonly output: () => string;
  readonly errors: () => string;
  readonly ended: Promise<Ending>;
  readonly hasEnded: () => boolean;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** @category model */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; empty where it is absent. */
  readonly input?: string;
  /** A command that runs Node with the program, in front of it. */
  readonly wrapper?: ReadonlyArray<string>;
}

/** The variables that this project reads, taken out of what a test's programs inherit. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ACCOUNT_DATA_|EVENTSTOREDB_|NODE_OPTIONS$|NODE_ENV$|VITEST|TEST$)/.test(name)),
  );

/** Starts a Node program. */
export const startProgram = (program: string, args: ReadonlyArray<string>, options: ProgramOptions): ChildProgram => {
  const [wrapping, ...before] = options.wrapper ?? [];
  const [command, inFront] = wrapping === undefined ? [process.execPath, []] : [wrapping, [...before, process.execPath]];
  const child = spawn(command, [...inFront, program, ...args], {
    cwd: options.cwd,
    env: { ...inherited(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      resolve({ code, signal });
    });
  });
  if (child.pid === undefined) throw new Error(`${program} could not be started.`);
  return {
    pid: child.pid,
    output: () => output,
    errors: () => errors,
    ended,
    hasEnded: () => over,
    kill: (signal) => {
      child.kill(signal);
    },
  };
};

/** Waits for the end of a program; one that does not end is killed and named. */
export const endOf = async (program: ChildProgram, time: number = patience): Promise<Ending> => {
  try {
    await waitUntil('the program to end', () => (program.hasEnded() ? true : undefined), time);
  } catch (error) {
    program.kill('SIGKILL');
    throw new Error(`It did not end.\n${program.output()}\n${program.errors()}`, { cause: error });
  }
  return program.ended;
};
