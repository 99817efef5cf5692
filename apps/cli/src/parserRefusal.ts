import type { CommanderError } from '@commander-js/extra-typings';
import { printable } from './output/printable.js';
import { type Refusal, usageError } from './Refusal.js';

/** What is wrong with the command line, as the parser found it. Its suggestion of another word becomes the advice. */
export const parserRefusal = ({ code, message }: CommanderError): Refusal => {
  if (code === 'commander.help') return usageError('No command is named.', 'Name one of the commands below.');
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return usageError(
    printable(sentence.endsWith('.') ? sentence : `${sentence}.`),
    suggestion === undefined ? '--help shows what can be given.' : printable(suggestion.replace(/^\((.*)\)$/, '$1')),
  );
};
