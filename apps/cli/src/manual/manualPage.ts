import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { onFolder } from './onFolder.js';
import { exampleLines, pathOf } from './withExamples.js';

/** As roff has it: a line never begins with a control character, nor has it an escape that is none. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replace(/^(['.])/gm, '\\&$1');

const item = (term: string, text: string): string => `.TP\n\\fB${roff(term)}\\fR\n${roff(text)}\n`;

const verbatim = (lines: ReadonlyArray<string>): string => `.PP\n.nf\n${lines.map((line) => `    ${roff(line)}\n`).join('')}.fi\n`;

const isOwn = (name: string): boolean => name !== 'help' && !name.startsWith('__');

const commandPart = (command: CommandUnknownOpts): string => {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const text = command.description() === '' ? command.summary() : command.description();
  const place = onFolder[pathOf(command)];
  return [
    `.SS ${roff(`account-data ${pathOf(command)} ${command.usage()}`)}\n${roff(text)}\n`,
    ...(place === undefined ? [] : [`.PP\n${roff(place)}\n`]),
    ...help.visibleArguments(command).map((argument) => item(argument.name(), help.argumentDescription(argument))),
    ...options.map((option) => item(option.flags, help.optionDescription(option))),
    ...(command.commands.length > 0 ? [] : [verbatim(exampleLines(command))]),
    ...command.commands.filter((child) => isOwn(child.name())).map(commandPart),
  ].join('');
};

/** account-data(1), of the same tree of commands that is parsed. `after` is what the help of the program ends with. @category destructors */
export const manualPage = (program: CommandUnknownOpts, after: string): string =>
  [
    `.TH ACCOUNT\\-DATA 1\n.SH NAME\naccount\\-data \\- account data as an event log\n`,
    '.SH SYNOPSIS\n\\fBaccount\\-data\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n',
    `.SH DESCRIPTION\n${roff(program.description()).replaceAll('\n\n', '\n.PP\n')}\n`,
    '.SH COMMANDS\n',
    ...program.commands.filter((command) => isOwn(command.name())).map(commandPart),
    `.SH EXIT STATUS\n${roff(after.trim())}\n`,
    `.SH EXAMPLES\n${verbatim(exampleLines(program))}`,
  ].join('');
