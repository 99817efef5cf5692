import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { candidatesOf } from '../completion/candidatesOf.js';
import { candidateText } from '../completion/candidateText.js';
import { completionPlace } from '../completion/completionPlace.js';
import { filesWanted, shells, shellScript } from '../completion/shellScripts.js';
import { typedLine } from '../completion/typedLine.js';
import type { Execution } from './Execution.js';

const shellArgument = () => new Argument('<shell>', 'bash, zsh or fish').choices(shells);

/** `completion SHELL`: the script that a shell reads, with `source <(…)`. */
export const completionCommand = ({ world }: Execution): CommandUnknownOpts =>
  new Command('completion')
    .description('Writes a script that has a shell complete commands and options, and users, types, rooms, tags and modules from what a command works on.')
    .addArgument(shellArgument())
    .addHelpText('after', '\nIn ~/.bashrc or ~/.zshrc: source <(account-data completion bash), or zsh; in ~/.config/fish/config.fish: account-data completion fish | source')
    .action((shell) => world.write(shellScript(shell)));

/**
 * `__complete SHELL -- WORD…`: what the scripts ask. Of zsh and fish, all words up to the cursor; of bash, whose words are no
 * shell's, the line up to the cursor, with the words only so that the command of the line is loaded.
 */
export const completeCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('__complete')
    .addArgument(shellArgument())
    .argument('<words...>')
    .action(async (shell, words, _, command) => {
      const { world } = execution;
      // Of fish the last word has its quotes still.
      const line = typedLine((shell === 'bash' ? words[0] : words.at(-1)) ?? '');
      const typed = shell === 'bash' ? line.words : [...words.slice(0, -1), shell === 'fish' ? (line.words.at(-1) ?? '') : (words.at(-1) ?? '')];
      const program: CommandUnknownOpts | null = command.parent;
      if (program === null) return;
      const candidates = await candidatesOf(completionPlace(program, typed.slice(1)), execution);
      for (const candidate of candidates) {
        const text = candidate.value === filesWanted ? filesWanted : candidateText(shell, line, world.env['COMP_WORDBREAKS'] ?? '', candidate);
        if (text !== undefined) await world.write(`${text}\n`);
      }
    });
