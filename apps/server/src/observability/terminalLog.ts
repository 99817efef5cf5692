import type { DestinationStream } from 'pino';

/** What each line has, and nobody at a terminal needs beside the message. */
const framing = new Set(['level', 'time', 'name', 'msg']);

const fieldText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** One line of the JSON log as people read it: `08:36:06 info   The account data service is ready  position=12`. */
export const terminalLine = (line: string): string => {
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(entry)
    .filter(([key]) => !framing.has(key))
    .map(([key, value]) => `  ${key}=${fieldText(value)}`);
  const text = `${String(entry['time']).slice(11, 19)} ${String(entry['level']).padEnd(5)}  ${String(entry['msg'])}${fields.join('')}`;
  // Some fields come from others: a terminal must not obey them.
  return `${text.replace(/\p{Cc}|\p{Cf}/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}\n`;
};

/** Where the log goes if a terminal shows it: there it is for people, and programs read it from pipes and files. @category constructors */
export const terminalLog = (destination: DestinationStream): DestinationStream => ({
  write: (line) => {
    destination.write(terminalLine(line));
  },
});
