import { printable } from '../output/printable.js';
import { type TypedLine, typedLine } from './typedLine.js';
import type { Shell } from './shellScripts.js';

/** A word that would fit where the cursor is. @category model */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

const special = /[\s!"#$&'()*;<>?[\\\]`{|}]/g;

/** What can't stand in each kind of quotes. */
const unquotable = { '"': /["$`\\!]/, '\'': /'/ } as const;

/** The part of a typed word that bash replaces: what follows the last of the characters that break words, or the open quote. */
const replacedPart = ({ raw, quote }: TypedLine, wordBreaks: string): string => {
  if (quote !== undefined) return raw.slice(raw.lastIndexOf(quote) + 1);
  let start = raw.length;
  while (start > 0 && (!wordBreaks.includes(raw.charAt(start - 1)) || raw.charAt(start - 2) === '\\')) start -= 1;
  // Host names begin with it: readline counts it in.
  return raw.slice(raw.charAt(start - 1) === '@' ? start - 1 : start);
};

const bashText = (line: TypedLine, wordBreaks: string, { value }: Candidate): string | undefined => {
  const { words, quote } = line;
  const rest = value.slice((words.at(-1) ?? '').length);
  if (quote !== undefined) return unquotable[quote].test(rest) ? undefined : replacedPart(line, wordBreaks) + rest;
  const kept = typedLine(replacedPart(line, wordBreaks)).words.at(-1) ?? '';
  return (kept + rest).replace(special, '\\$&');
};

const described = (value: string, about: string | undefined, separator: string): string => (about === undefined ? value : `${value}${separator}${about}`);

/** A candidate as the script of its shell reads it, a line; nothing where the shell could not take it. What could steer a terminal is left out. @category destructors */
export const candidateText = (shell: Shell, line: TypedLine, wordBreaks: string, candidate: Candidate): string | undefined => {
  const { value, about } = candidate;
  if (printable(value) !== value || value.startsWith(':')) return undefined;
  switch (shell) {
    case 'bash':
      return bashText(line, wordBreaks, candidate);
    case 'zsh':
      return described(value.replaceAll('\\', '\\\\').replaceAll(':', '\\:'), about, ':');
    case 'fish':
      return described(value, about, '\t');
  }
};
