import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LmdbOpenError, LmdbStoreMode } from '../../src/index.js';
import { onTestFinished } from 'vitest';
import { program } from './builtPackage.js';

/** A store in another process, which the test can kill. */
export interface StoreProcess {
  readonly pid: number;
  readonly call: (command: string, ...args: ReadonlyArray<unknown>) => Promise<unknown>;
  /** Kills it as `kill -9` does; resolved when it is gone. */
  readonly kill: () => Promise<void>;
  /** Lets it close its store and end; resolved with its exit code. */
  readonly end: () => Promise<number | null>;
}

interface Line {
  readonly id?: number;
  readonly answer?: unknown;
  readonly threw?: string;
  readonly ready?: string;
  readonly refused?: LmdbOpenError;
  readonly unhandled?: string;
}


const exited = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

export interface SpawnOptions {
  readonly mode?: LmdbStoreMode;
  /** Runs the program by this command, in front of its own. */
  readonly wrapper?: ReadonlyArray<string>;
  readonly uid?: number;
  /** It outlives the test that starts it: whoever starts it ends it. */
  readonly isShared?: boolean;
}

/** Starts it; resolved when its store is open, or with why it could not be opened. */
export const startStore = (
  path: string,
  { mode = 'own', wrapper = [], uid, isShared = false }: SpawnOptions = {},
): Promise<{ readonly store: StoreProcess } | { readonly refused: LmdbOpenError }> => {
  const [command = process.execPath, ...args] = [...wrapper, process.execPath, program('store'), path, mode] as ReadonlyArray<string>;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...(uid === undefined ? {} : { uid, gid: uid }) });
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited(child);
  };
  if (!isShared) onTestFinished(kill);
  const store: StoreProcess = {
    pid: child.pid ?? 0,
    call: (name, ...callArgs) =>
      new Promise((resolve, reject) => {
        const id = nextId;
        nextId += 1;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, command: name, args: callArgs })}\n`);
      }),
    kill,
    end: () => {
      child.stdin.end();
      return exited(child);
    },
  };
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const error = new Error(`The store's process ended (${signal ?? code}).`);
      for (const call of waiting.values()) call.reject(error);
      reject(error);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, answer, threw, ready, refused, unhandled } = JSON.parse(line) as Line;
      if (ready !== undefined) resolve({ store });
      if (refused !== undefined) resolve({ refused });
      if (unhandled !== undefined) reject(new Error(`Unhandled in the store's process: ${unhandled}`));
      if (id === undefined) return;
      const call = waiting.get(id);
      waiting.delete(id);
      if (threw === undefined) call?.resolve(answer);
      else call?.reject(new Error(threw));
    });
  });
};

/** As `startStore`, and it must open. */
export const storeProcess = async (path: string, options: SpawnOptions = {}): Promise<StoreProcess> => {
  const started = await startStore(path, options);
  if ('refused' in started) throw new Error(started.refused.message);
  return started.store;
};
