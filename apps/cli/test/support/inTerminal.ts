import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The built command. */
export const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** `script` of util-linux gives a program a terminal of its own. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0;

const quoted = (text: string): string => `'${text.replaceAll('\'', '\'\\\'\'')}'`;

interface Terminal {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** What is typed at once. */
  readonly keys?: string;
  /** What is typed when the command has shown a text. */
  readonly whenShown?: Shown;
  /** What is done, one after the other, each when the command has shown a text since the one before. */
  readonly steps?: ReadonlyArray<Shown>;
}

interface Shown {
  readonly text: string;
  readonly keys: () => Promise<string>;
}

/** What the command shows on a terminal of so many columns, as lines without their ends; it may be given keys to read. */
export const inTerminal = (args: ReadonlyArray<string>, terminal: Terminal): Promise<ReadonlyArray<string>> => programInTerminal([process.execPath, program, ...args], terminal);

/** The same of any program. */
export const programInTerminal = async (words: ReadonlyArray<string>, { cwd, env = {}, columns = 80, keys = '', whenShown, steps = whenShown === undefined ? [] : [whenShown] }: Terminal): Promise<ReadonlyArray<string>> => {
  const command = `stty cols ${String(columns)} rows 24; exec ${words.map(quoted).join(' ')}`;
  const running = promisify(execFile)('script', ['-qc', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'xterm-256color', PAGER: 'cat', ...env },
    timeout: 60_000,
  });
  const { stdin } = running.child;
  if (steps.length === 0) stdin?.end(keys);
  else {
    stdin?.write(keys);
    const waiting = [...steps];
    let shown = '';
    running.child.stdout?.on('data', (chunk: string) => {
      shown += chunk;
      if (waiting[0] === undefined || !shown.includes(waiting[0].text)) return;
      const step = waiting.shift();
      shown = '';
      void step?.keys().then((answer) => (waiting.length === 0 ? stdin?.end(answer) : stdin?.write(answer)));
    });
  }
  const { stdout } = await running;
  return stdout.split(/\r?\n/);
};
