import { onStrayErrors, systemRuntime } from '@account-data/runtime';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { linesOf } from '../output/lines.js';
import { type Pager, startPager } from './pager.js';
import { readerGone, type World } from '../World.js';

/** Whether standard output takes nothing more because nobody reads it. */
const isOfReader = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE';

/**
 * The world of this process. SIGINT and SIGTERM stop it, and so does a reader of standard output that goes away;
 * npm sends a signal that the terminal sends too, so that each may come twice.
 */
export const processWorld = (): World => {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  /** Why standard output takes nothing more. */
  let unwritable: Error | undefined;
  process.stdout.on('error', (error: Error) => {
    if (isOfReader(error)) stop.abort(readerGone);
    else unwritable = error;
  });
  // Nothing can be told of it any more.
  process.stderr.on('error', () => undefined);
  let pager: Pager | undefined;
  return {
    env: process.env,
    version: versionHere(),
    cwd: process.cwd(),
    userName: userName(),
    readInput: async () => {
      const chunks: Array<Buffer> = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return Buffer.concat(chunks).toString('utf8');
    },
    readLines: (file) => (file === undefined ? linesOf(process.stdin) : linesOfFile(file)),
    sizeOf: (file) =>
      stat(file).then(
        (found) => (found.isFile() ? found.size : undefined),
        () => undefined,
      ),
    write: (text) =>
      new Promise((resolve, reject) => {
        const output = pager?.input ?? process.stdout;
        const settle = (error?: Error | null): void => {
          const cause = unwritable ?? error ?? undefined;
          if (cause === undefined || isOfReader(cause) || stop.signal.reason === readerGone || output !== process.stdout) resolve();
          else reject(Object.assign(cause, { path: 'standard output' }));
        };
        if (output.writable) output.write(text, settle);
        else settle();
      }),
    ...(process.stdout.isTTY
      ? {
          terminal: { columns: process.stdout.columns > 0 ? process.stdout.columns : 80, hasColors: process.stdout.hasColors() },
          page: async () => {
            pager ??= await startPager(process.env, () => {
              stop.abort(readerGone);
            });
          },
          end: async () => pager?.end(),
          openScreen: async () => (await import('./screen.js')).openScreen(abort),
        }
      : {}),
    ...(process.stdin.isTTY
      ? {
          confirm: (question: string) => confirm(question, stop.signal),
          readSecret: async (question: string) => (await import('./readSecret.js')).readSecret(question, stop.signal),
        }
      : {}),
    edit: async (text) => (await import('./editor.js')).edit(process.env, text),
    writeError: (text) => {
      process.stderr.write(text);
    },
    stopped: stop.signal,
    isTerminal: process.stderr.isTTY,
    onStrayErrors,
    runtime: systemRuntime,
  };
};

/** Opened when the first line is asked for: a file that can't be read fails whoever reads it. */
async function* linesOfFile(file: string): AsyncGenerator<string, void, void> {
  try {
    yield* linesOf(createReadStream(file));
  } catch (error) {
    // What fails in reading, and not in opening, does not say which file it was (a folder, for one).
    throw error instanceof Error ? Object.assign(error, { path: file }) : error;
  }
}

/** Anything but yes is no. */
const confirm = async (question: string, signal: AbortSignal): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
};

const versionHere = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
};
