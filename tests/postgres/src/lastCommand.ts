import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A command that is run once: when it is asked for, or when this process is gone, however it ended. */
export interface LastCommand {
  /** Runs it now, and waits until it has ended. */
  readonly run: () => Promise<void>;
}

/**
 * Waits beside this process for the end of it, as `kill -9` and a crash leave no time to clean up: the end of its input. A
 * signal to this process's group does not reach it. `script` is one of `sh`, and finds the arguments as `$1` and so on.
 */
export const lastCommand = (script: string, args: ReadonlyArray<string>): LastCommand => {
  const shell = spawn('sh', ['-c', `cat >/dev/null; ${script}`, 'sh', ...args], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(shell, 'exit');
  shell.unref();
  return {
    run: async () => {
      shell.ref();
      shell.stdin.end();
      await ended;
    },
  };
};
