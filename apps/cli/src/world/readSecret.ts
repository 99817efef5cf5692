import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Takes what is written, and shows nothing of it. */
const nowhere = (): Writable =>
  new Writable({
    write: (_, __, done) => {
      done();
    },
  });

/** Reads a line at the terminal without showing it; empty where it is interrupted. */
export const readSecret = async (question: string, signal: AbortSignal): Promise<string> => {
  // From here on the terminal shows nothing of what is typed.
  const terminal = createInterface({ input: process.stdin, output: nowhere(), terminal: true });
  process.stderr.write(question);
  // In raw mode the terminal sends no signal for Ctrl-C.
  const stop = new AbortController();
  terminal.once('SIGINT', () => {
    stop.abort();
  });
  try {
    return await terminal.question('', { signal: AbortSignal.any([signal, stop.signal]) });
  } catch {
    return '';
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
};
