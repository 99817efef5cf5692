import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programOfStore } from './programOfStore.js';

interface Line {
  readonly ready?: string;
  readonly id?: number;
  readonly answer?: unknown;
  readonly threw?: string;
  readonly unhandled?: string;
  readonly refused?: { readonly message?: string };
}

/** A process beside the owner of a log, which follows it and appends to it. */
export class StoreProcess {
  /** What went wrong in it. */
  readonly problems: Array<string> = [];
  /** Resolved when it has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #asked = 0;

  constructor(path: string) {
    const child = spawn(process.execPath, [programOfStore('store'), path, 'auto'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => {
        if (code !== 0) this.problems.push(`it ended with ${String(code)}`);
        for (const settle of this.#waiting.values()) settle(undefined);
        resolve();
      });
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, answer, threw, unhandled, refused } = JSON.parse(line) as Line;
      for (const problem of [threw, unhandled, refused?.message]) if (problem !== undefined) this.problems.push(problem);
      if (id === undefined) return;
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    });
  }

  /** What it answers to a command of the program; undefined where it ended before. */
  ask(command: string, ...args: ReadonlyArray<unknown>): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, command, args })}\n`);
    });
  }

  /** It closes its store and ends. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }
}
