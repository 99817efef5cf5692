import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the delivering program is told: see its head. */
export interface DeliveringOptions {
  readonly store: { readonly lmdb: string } | { readonly eventstoredb: string };
  readonly prefix: string;
  readonly effects: string;
  readonly owner: string;
  readonly lease?: number;
  readonly slow: number;
  readonly untilCaughtUp?: boolean;
}

const program = fileURLToPath(new URL('../../../packages/modules/test/programs/deliver.mjs', import.meta.url));

/** A process that delivers changes to modules until it is killed. */
export class DeliveringProcess {
  readonly owner: string;
  /** Resolved with its exit code when it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(options: DeliveringOptions) {
    this.owner = options.owner;
    this.#child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit'] });
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', resolve);
    });
  }

  /** How it ended, if it has: nobody but the soak should end it. */
  get end(): string | undefined {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return undefined;
    return `${this.owner} ended with ${signalCode ?? String(exitCode)}`;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** As `kill -9` does; resolved when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
