import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Where a long answer goes instead of to the terminal. */
export interface Pager {
  /** Undefined where there is none. */
  readonly input: Writable | undefined;
  /** Until whoever reads has had enough. */
  readonly end: () => Promise<void>;
}

/** Shows what fits a screen as it is, passes colours on, and leaves the text on the screen. */
const lessOptions = 'FRX';

/** Starts the pager of the environment, or `less`; one that can't be started is none. */
export const startPager = (env: Readonly<Record<string, string | undefined>>, onGone: () => void): Promise<Pager> => {
  const none: Pager = { input: undefined, end: () => Promise.resolve() };
  const command = env['ACCOUNT_DATA_PAGER'] ?? env['PAGER'] ?? 'less';
  if (command.trim() === '' || command === 'cat') return Promise.resolve(none);
  return new Promise((resolve) => {
    const [program = 'less', ...options] = command.trim().split(/\s+/);
    const child = spawn(program, options, { stdio: ['pipe', 'inherit', 'inherit'], env: { ...env, LESS: env['LESS'] ?? lessOptions } });
    child.once('error', () => {
      resolve(none);
    });
    // It was left before it had read all.
    child.stdin.on('error', onGone);
    child.once('spawn', () => {
      const closed = new Promise<void>((settle) => {
        child.once('close', () => {
          onGone();
          settle();
        });
      });
      resolve({
        input: child.stdin,
        end: () => {
          child.stdin.end();
          return closed;
        },
      });
    });
  });
};
