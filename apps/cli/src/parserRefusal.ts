import type { CommanderError } from '@commander-js/extra-typings';
import { printable } from './output/printable.js';
import { type Refusal, usageError } from './Refusal.js';

/** `modules parked or follow parked`, for `parked`; undefined where no command has such a one below it. */
const belowOthers = async (what: string): Promise<string | undefined> => {
  const [, word] = /^unknown command '([a-z-]+)'$/.exec(what) ?? [];
  if (word === undefined) return undefined;
  // Loaded only here: it is long.
  const { examples } = await import('./manual/examples.js');
  const paths = Object.keys(examples).filter((path) => path.endsWith(` ${word}`));
  return paths.length === 0 ? undefined : `Did you mean ${paths.join(' or ')}?`;
};

/** What is wrong with the command line, as the parser found it. Its suggestion of another word, or the command that has it below it, becomes the advice. */
export const parserRefusal = async ({ code, message }: CommanderError, args: ReadonlyArray<string>): Promise<Refusal> => {
  if (code === 'commander.help') return usageError('No command is named.', 'Name one of the commands below.');
  const [what = '', ofParser] = message.replace(/^error: /, '').split('\n');
  const isBeforeCommand = args[0]?.startsWith('-') === true && what.startsWith("unknown option '");
  const suggestion = isBeforeCommand ? 'Options come after the command: account-data COMMAND --help shows its own.' : (ofParser ?? (await belowOthers(what)));
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return usageError(
    printable(sentence.endsWith('.') ? sentence : `${sentence}.`),
    suggestion === undefined ? '--help shows what can be given.' : printable(suggestion.replace(/^\((.*)\)$/, '$1')),
  );
};
