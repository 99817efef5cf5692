import type { Screen } from '../World.js';

/** The terminal's other screen, without cursor and without line breaks of its own; and back (xterm's DECSET 1049, 25 and 7). */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/** In raw mode the terminal sends no signal for Ctrl-C. */
const isEnd = (keys: string): boolean => /[qQ\u0003]/.test(keys);

/** Takes the terminal for a screen; `onEnd` is called when whoever looks has had enough. However the process ends, the terminal is given back. */
export const openScreen = (onEnd: () => void): Screen => {
  const { stdin, stdout } = process;
  const listeners = new Set<() => void>();
  const onResize = (): void => {
    for (const listener of listeners) listener();
  };
  const onKeys = (chunk: Buffer): void => {
    if (isEnd(chunk.toString('latin1'))) onEnd();
  };
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    stdout.off('resize', onResize);
    process.off('exit', close).off('uncaughtExceptionMonitor', close).off('SIGHUP', onEnd);
    if (stdin.isTTY) {
      stdin.off('data', onKeys).setRawMode(false);
      stdin.pause();
    }
    stdout.write(leave);
  };
  // What is said of a crash is said on the screen that stays.
  process.on('exit', close).on('uncaughtExceptionMonitor', close).on('SIGHUP', onEnd);
  stdout.on('resize', onResize);
  // Keys come only where standard input is a terminal, too.
  if (stdin.isTTY) stdin.setRawMode(true).on('data', onKeys);
  stdout.write(enter);
  return {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    draw: (text) => {
      if (isOpen) stdout.write(`${home}${text.split('\n').join(`${clearLine}\r\n`)}${clearLine}${clearBelow}`);
    },
    onResize: (listener) => {
      listeners.add(listener);
    },
    close,
  };
};
