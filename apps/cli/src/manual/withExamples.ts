import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { examples } from './examples.js';
import { onFolder } from './onFolder.js';

/** A command as it is typed, without the program. @category destructors */
export const pathOf = (command: CommandUnknownOpts): string => (command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim());

/** The two examples of a command, as lines a shell takes. @category destructors */
export const exampleLines = (command: CommandUnknownOpts): ReadonlyArray<string> => (examples[pathOf(command)] ?? []).map((line) => `account-data ${line}`);

const usualColumns = 80;

/** Has the help of a command, and of those below it, end with what becomes of it on a data folder, and its examples. @category combinators */
export const withExamples = (command: CommandUnknownOpts): void => {
  const lines = exampleLines(command);
  const place = onFolder[pathOf(command)];
  if (place !== undefined) command.addHelpText('after', `\n${command.createHelp().boxWrap(place, usualColumns)}`);
  if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`.trimEnd());
  command.commands.forEach(withExamples);
};
