import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { manualPage } from '../manual/manualPage.js';
import type { Execution } from './Execution.js';

/** `__manual`: account-data(1), as `npm run man` keeps it in `man`. All commands are loaded for it. */
export const manualCommand = ({ world, exitCodeHelp }: Execution): CommandUnknownOpts =>
  new Command('__manual').action(async (_, command) => {
    const program: CommandUnknownOpts | null = command.parent;
    if (program !== null) await world.write(manualPage(program, exitCodeHelp));
  });
