import { readFile } from 'node:fs/promises';
import { checkout } from './checkout.js';

/** A command of a page of documentation and what it says the command prints, or undefined where it says nothing. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string | undefined;
}

/** What a section of a page shows: the file to write, and the commands to type, in order. */
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

const sectionText = async (page: string, heading: string): Promise<string> => {
  const text = await readFile(`${checkout}/${page}`, 'utf8');
  const [, section] = new RegExp(`^## ${heading}\\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text) ?? [];
  if (section === undefined) throw new Error(`${page} has no section “${heading}”.`);
  return section;
};

/** `page` from the root of the checkout. @throws {Error} where it has no such section */
export const pageSection = async (page: string, heading: string): Promise<ShownSection> => {
  const section = await sectionText(page, heading);
  const blocks = [...section.matchAll(/^```(sh|yaml)\n(.*?)^```/gms)].map(([, language, code = '']) => ({ language, code }));
  return {
    yaml: blocks.find(({ language }) => language === 'yaml')?.code ?? '',
    commands: blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => commandsOf(code)),
  };
};

/** The TypeScript that a section shows. @throws {Error} where there is none */
export const pageCode = async (page: string, heading: string): Promise<string> => {
  const [, code] = /^```(?:ts|js)[^\n]*\n(.*?)^```/ms.exec(await sectionText(page, heading)) ?? [];
  if (code === undefined) throw new Error(`${page} shows no code in “${heading}”.`);
  return code;
};
