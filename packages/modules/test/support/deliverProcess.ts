import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ModulePolicy } from '../../src/index.js';

const packagePath = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Builds what child processes run (only what changed): plain Node can't run TypeScript sources. */
export const buildPackages = (): void => {
  const packages = ['modules', 'event-store-lmdb', 'event-store-eventstoredb'].map((name) => join(packagePath, '..', name));
  execFileSync(process.execPath, [join(packagePath, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc'), '-b', ...packages], { stdio: 'pipe' });
};

/** What the program writes down. */
export interface Effect {
  readonly owner: string;
  readonly phase: 'started' | 'begins' | 'dies' | 'ends' | 'stopped' | 'log';
  readonly module: string;
  readonly user: string;
  readonly n: number;
  readonly eventId: string;
  readonly epoch: number;
  /** How many callbacks run, of all modules. */
  readonly others?: number;
  /** Of the phase `log`. */
  readonly message?: string;
}

/** What the processes have written down. A line that is just being written is not there yet. */
export const readEffects = (path: string): ReadonlyArray<Effect> =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Effect)
    : [];

export interface DeliverOptions {
  readonly store: { readonly lmdb: string } | { readonly eventstoredb: string };
  readonly effects: string;
  readonly owner: string;
  readonly lease?: number;
  readonly slow: number;
  readonly untilCaughtUp?: boolean;
}

export interface DeliverProcess {
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Kills it as `kill -9` does; resolved when it is gone. */
  readonly kill: () => Promise<void>;
  /** Resolved with its exit code when it has ended by itself. */
  readonly ended: Promise<number | null>;
}

/** A module that ends or hangs its process at one user's change. */
export interface DeadlyOptions extends Pick<DeliverOptions, 'store' | 'effects' | 'owner' | 'lease'> {
  readonly deadly: { readonly user: string; readonly how: 'exit' | 'kill' | 'hang' };
  /** How many callbacks the deadly one waits for. */
  readonly inFlight: number;
  readonly policy?: Partial<ModulePolicy>;
}

export const startDeadly = (options: DeadlyOptions): DeliverProcess => start('deadly.mjs', options);

export const startDelivering = (options: DeliverOptions): DeliverProcess => start('deliver.mjs', options);

const start = (name: string, options: DeliverOptions | DeadlyOptions): DeliverProcess => {
  const program = join(packagePath, 'test', 'programs', name);
  const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return {
    signal: (signal) => {
      child.kill(signal);
    },
    kill,
    ended,
  };
};
