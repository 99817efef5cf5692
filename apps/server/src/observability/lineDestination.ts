import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Where the lines of the log go. */
export interface LineDestination extends DestinationStream {
  /** Writes what waits, as the process is about to end; what can't be written is left. */
  readonly flushSync: () => void;
}

/** What waits for a slow reader at most, in characters. */
const mostWaiting = 4 * 1024 * 1024;
/** How long it is waited, in milliseconds, until a full pipe is tried again, and how often where the process is about to end. */
const pipePause = 50;
const pipeTries = 20;

const isFullPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');

const sleeping = new Int32Array(new SharedArrayBuffer(4));

const lostLine = (lines: number): string =>
  `${JSON.stringify({ level: 'error', time: new Date().toISOString(), lines, msg: 'So many lines of this log could not be written before' })}\n`;

/**
 * Writes lines to a file descriptor without waiting for it. A line that can't be written, as where the disk of the log is full,
 * is lost, and the next one that can be says how many were. The destination of pino itself (sonic-boom 4.2) keeps such lines, and
 * tries for ever to write them where it is to flush them: the process hangs.
 *
 * @category constructors
 */
export const lineDestination = (descriptor: number, system: { readonly write: typeof write; readonly writeSync: typeof writeSync } = { write, writeSync }): LineDestination => {
  let waiting: Array<string> = [];
  let length = 0;
  let lost = 0;
  let isWriting = false;
  /** What is tried again, where a pipe was full. */
  let paused: Buffer | undefined;

  const take = (): { readonly bytes: Buffer; readonly lines: number } => {
    const said = lost === 0 ? [] : [lostLine(lost)];
    const taken = { bytes: Buffer.from([...said, ...waiting].join('')), lines: lost + waiting.length };
    waiting = [];
    length = 0;
    lost = 0;
    return taken;
  };

  const next = (): void => {
    isWriting = waiting.length > 0;
    if (!isWriting) return;
    const { bytes, lines } = take();
    send(bytes, lines);
  };

  const send = (bytes: Buffer, lines: number): void => {
    system.write(descriptor, bytes, (error, written) => {
      if (isFullPipe(error)) {
        paused = bytes;
        setTimeout(() => {
          if (paused !== bytes) return;
          paused = undefined;
          send(bytes, lines);
        }, pipePause);
      } else if (error !== null) {
        lost += lines;
        next();
      } else if (written < bytes.length) send(bytes.subarray(written), lines);
      else next();
    });
  };

  /** Whether all of it could be written. */
  const sendNow = (bytes: Buffer): boolean => {
    let rest = bytes;
    for (let tries = 0; rest.length > 0; ) {
      try {
        rest = rest.subarray(system.writeSync(descriptor, rest));
      } catch (error) {
        tries += 1;
        if (!isFullPipe(error) || tries === pipeTries) return false;
        Atomics.wait(sleeping, 0, 0, pipePause);
      }
    }
    return true;
  };

  return {
    write: (line) => {
      if (length + line.length > mostWaiting) {
        lost += 1;
        return;
      }
      waiting.push(line);
      length += line.length;
      if (!isWriting) next();
    },
    flushSync: () => {
      const before = paused;
      paused = undefined;
      if (before !== undefined) {
        isWriting = false;
        if (!sendNow(before)) return;
      }
      if (waiting.length > 0) sendNow(take().bytes);
    },
  };
};
