import { readFile } from 'node:fs/promises';
import { checkout } from './checkout.js';

/** A command of a README and what it says the command prints, or undefined where it says nothing. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string | undefined;
}

/** What a section of the root's README shows: the file to write, and the commands to type, in order. */
export interface ShownSection {
  readonly yaml: string;
  readonly commands: ReadonlyArray<ShownCommand>;
}

/** The commands of a shell block. Comments below a command are what it prints. */
const commandsOf = (block: string): ReadonlyArray<ShownCommand> => {
  const commands: Array<{ command: string; output: string | undefined }> = [];
  for (const line of block.replace(/\\\n\s*/g, '').split('\n')) {
    if (line.trim() === '') continue;
    const last = commands.at(-1);
    if (!line.startsWith('#')) commands.push({ command: line, output: undefined });
    else if (last !== undefined) {
      const printed = line.replace(/^# ?/, '');
      last.output = last.output === undefined ? printed : `${last.output}\n${printed}`;
    }
  }
  return commands;
};

const sectionText = async (heading: string): Promise<string> => {
  const text = await readFile(`${checkout}/README.md`, 'utf8');
  const [, section] = new RegExp(`^## ${heading}\\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text) ?? [];
  if (section === undefined) throw new Error(`README.md has no section “${heading}”.`);
  return section;
};

/** @throws {Error} where the README has no such section */
export const readmeSection = async (heading: string): Promise<ShownSection> => {
  const section = await sectionText(heading);
  const blocks = [...section.matchAll(/^```(sh|yaml)\n(.*?)^```/gms)].map(([, language, code = '']) => ({ language, code }));
  return {
    yaml: blocks.find(({ language }) => language === 'yaml')?.code ?? '',
    commands: blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => commandsOf(code)),
  };
};

/**
 * The TypeScript that a section shows. @throws {Error} where there is none
 */
export const readmeCode = async (heading: string): Promise<string> => {
  const [, code] = /^```(?:ts|js)[^\n]*\n(.*?)^```/ms.exec(await sectionText(heading)) ?? [];
  if (code === undefined) throw new Error(`README.md shows no code in “${heading}”.`);
  return code;
};
