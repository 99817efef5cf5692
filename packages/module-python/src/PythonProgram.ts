import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as J from 'fp-ts/lib/Json.js';
import type { PythonConfig } from './PythonConfig.js';
import { type HostMessage, ProgramMessage } from './ProgramMessage.js';

/** How a Python program ended, in words. @category model */
export type Ending = string;

/** A Python program that was started. @category model */
export interface PythonProgram {
  readonly pid: number | undefined;
  readonly tell: (message: HostMessage) => void;
  /** Fulfilled when the process is gone, with how it ended. */
  readonly ended: Promise<Ending>;
  /** Asks it to end by the end of its standard input. */
  readonly leave: () => void;
  readonly kill: () => void;
}

/** What a program is started with. @category model */
export interface StartOptions {
  readonly config: PythonConfig;
  /** Signs deliveries; undefined: it takes none, and only has the class look at its config. */
  readonly secret: string | undefined;
  readonly onMessage: (message: ProgramMessage) => void;
}

const programFolder = fileURLToPath(new URL('../program/', import.meta.url));

/**
 * Starts the Python program. It takes its settings and what the host tells it on standard input, and writes its messages
 * to a pipe of their own, the file descriptor 3; what the module prints goes where this process's errors go.
 *
 * @category constructors
 */
export const startPythonProgram = ({ config, secret, onMessage }: StartOptions): PythonProgram => {
  const { python, className, pythonPath } = config;
  const inherited = process.env['PYTHONPATH'];
  const path = [programFolder, ...pythonPath, ...(inherited === undefined ? [] : [inherited])].join(delimiter);
  const child = spawn(python, ['-m', 'account_data_modules'], {
    stdio: ['pipe', 2, 2, 'pipe'],
    env: { ...process.env, PYTHONPATH: path },
  });
  const input = child.stdin;
  const messages = child.stdio[3];
  if (input === null || !(messages instanceof Readable)) throw new TypeError('Node gave no pipes to the Python program.');
  // A program that is gone reads no more: how it ended says more than the broken pipe.
  input.on('error', () => undefined);
  createInterface({ input: messages, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const message = decode(line);
    if (E.isRight(message)) onMessage(message.right);
  });
  input.write(`${JSON.stringify({ class: className, config: config.config, secret })}\n`);
  return {
    pid: child.pid,
    tell: (message) => {
      if (input.writable) input.write(`${JSON.stringify(message)}\n`);
    },
    ended: endOf(child, python),
    leave: () => {
      input.end();
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
};

/** Left: a line of somebody else, who wrote to that file descriptor. */
const decode = (line: string): E.Either<unknown, ProgramMessage> =>
  pipe(J.parse(line), E.chainW((json) => ProgramMessage.decode(json)));

const endOf = (child: ChildProcess, python: string): Promise<Ending> =>
  new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`${python} can't be started: ${'code' in error ? String(error.code) : error.message}`);
    });
    child.once('close', (code, signal) => {
      resolve(signal === null ? `it ended with ${String(code)}` : `it was ended by ${signal}`);
    });
  });
