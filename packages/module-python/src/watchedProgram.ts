import { type ModuleApi, ConfigError } from '@account-data/modules';
import type { ProgramMessage } from './ProgramMessage.js';
import { type PythonProgram, type StartOptions, startPythonProgram } from './PythonProgram.js';

/** Which program is started, and who hears what it says. @category model */
export interface WatchOptions<A> extends Pick<StartOptions, 'config' | 'secret'> {
  readonly api: Pick<ModuleApi, 'runtime' | 'logger'>;
  /** What the message says that is waited for; undefined: it is another one. */
  readonly begins: (message: ProgramMessage) => A | undefined;
  /** Everything but that, and whether the program is alive. */
  readonly onMessage: (message: ProgramMessage, program: PythonProgram) => void;
}

/** A program that was started. @category model */
export interface WatchedProgram<A> {
  readonly program: PythonProgram;
  /** Rejects with a `ConfigError`, its path within the module's config, where the module refuses that. */
  readonly begun: Promise<A>;
}

/** Milliseconds between two questions whether it is alive, and until it is ended because it did not answer. */
const pingEvery = 5_000;
const silentFor = 20_000;

/** Starts a program, and ends it when it no longer answers: its event loop is blocked. @category constructors */
export const startWatched = <A>({ api, begins, onMessage, ...options }: WatchOptions<A>): WatchedProgram<A> => {
  let hear: (message: ProgramMessage) => void = () => undefined;
  const program = startPythonProgram({ ...options, onMessage: (message) => hear(message) });
  const alive = watch(program, api);
  const begun = new Promise<A>((resolve, reject) => {
    hear = (message) => {
      const beginning = begins(message);
      if (beginning !== undefined) resolve(beginning);
      else if (message.type === 'refused') reject(new ConfigError(message.problem, message.path));
      else if (message.type === 'pong') alive();
      else onMessage(message, program);
    };
    void program.ended.then((ending) => {
      reject(new Error(`The Python program did not become ready: ${ending}.`));
    });
  });
  return { program, begun };
};

/** The returned function says that it answered. */
const watch = (program: PythonProgram, { runtime, logger }: Pick<ModuleApi, 'runtime' | 'logger'>): (() => void) => {
  let heard = runtime.clock.monotonic();
  let cancel = (): void => undefined;
  const look = (): void => {
    const silence = runtime.clock.monotonic() - heard;
    if (silence > silentFor) {
      logger.error('The Python program of the module does not answer, and is ended', { milliseconds: Math.round(silence) });
      program.kill();
      return;
    }
    program.tell({ type: 'ping' });
    cancel = runtime.timers.setBackgroundTimeout(look, pingEvery);
  };
  cancel = runtime.timers.setBackgroundTimeout(look, pingEvery);
  void program.ended.then(() => {
    cancel();
  });
  return () => {
    heard = runtime.clock.monotonic();
  };
};
