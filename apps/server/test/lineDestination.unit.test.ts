import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, write, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lineDestination } from '../src/observability/lineDestination.js';

const open = (): { readonly descriptor: number; readonly text: () => string } => {
  const folder = mkdtempSync(join(tmpdir(), 'line-destination-'));
  const file = join(folder, 'log');
  const descriptor = openSync(file, 'w');
  onTestFinished(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  return { descriptor, text: () => readFileSync(file, 'utf8') };
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await setImmediate();
};

const systemError = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** Answers the first writes by these errors; later ones are real. */
const failing = (...codes: ReadonlyArray<string>): { readonly write: typeof write; readonly writeSync: typeof writeSync; readonly left: Array<string> } => {
  const left = [...codes];
  return {
    left,
    write: ((descriptor: number, bytes: Buffer, done: (error: Error | null, written: number) => void) => {
      const code = left.shift();
      if (code === undefined) write(descriptor, bytes, done);
      else done(systemError(code), 0);
    }) as typeof write,
    writeSync: ((descriptor: number, bytes: Buffer) => {
      const code = left.shift();
      if (code === undefined) return writeSync(descriptor, bytes);
      throw systemError(code);
    }) as typeof writeSync,
  };
};

describe('the destination of the log', () => {
  it('writes each line once, in order', async () => {
    const { descriptor, text } = open();
    const log = lineDestination(descriptor);
    const lines = Array.from({ length: 200 }, (_, index) => `${String(index)}é\n`);
    for (const line of lines) log.write(line);
    await until(() => text() === lines.join(''));
  });

  it('loses what can not be written, goes on, and says how many lines that were', async () => {
    const { descriptor, text } = open();
    const log = lineDestination(descriptor, failing('ENOSPC', 'ENOSPC'));
    log.write('first\n');
    log.write('second\n');
    log.write('third\n');
    await until(() => text().endsWith('third\n'));
    const [said, ...rest] = text().trimEnd().split('\n');
    expect(JSON.parse(said ?? '')).toMatchObject({ level: 'error', lines: 2 });
    expect(rest).toEqual(['third']);
  });

  it('waits for a pipe that is full', async () => {
    const { descriptor, text } = open();
    const log = lineDestination(descriptor, failing('EAGAIN', 'EAGAIN'));
    log.write('first\n');
    log.write('second\n');
    await until(() => text() === 'first\nsecond\n');
  });

  it('flushes what waits, a full pipe or not', () => {
    const { descriptor, text } = open();
    const log = lineDestination(descriptor, failing('EAGAIN', 'EAGAIN'));
    log.write('first\n');
    log.write('second\n');
    log.flushSync();
    expect(text()).toBe('first\nsecond\n');
  });

  it.skipIf(!existsSync('/dev/full'))('comes to an end where nothing can be written', async () => {
    const descriptor = openSync('/dev/full', 'w');
    const log = lineDestination(descriptor);
    for (let n = 0; n < 3; n += 1) {
      log.write('line\n');
      log.flushSync();
      await setImmediate();
    }
    closeSync(descriptor);
  });
});
