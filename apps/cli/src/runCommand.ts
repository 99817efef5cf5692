import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { deleteCommand } from './commands/delete.js';
import { doctorCommand } from './commands/doctor.js';
import { eraseCommand } from './commands/erase.js';
import type { Execution, Services } from './commands/Execution.js';
import { feedCommand } from './commands/feed.js';
import { getCommand } from './commands/get.js';
import { historyCommand } from './commands/history.js';
import { importSynapseCommand } from './commands/importSynapse.js';
import { modulesCommand } from './commands/modules.js';
import { projectionCommand } from './commands/projection.js';
import { putCommand } from './commands/put.js';
import { restoreCommand } from './commands/restore.js';
import { roomCommand } from './commands/room.js';
import { serveCommand } from './commands/serve.js';
import { storeCommand } from './commands/store.js';
import { tagCommand } from './commands/tag.js';
import { asOfCommand, diffCommand } from './commands/timeTravel.js';
import { tokenCommand } from './commands/token.js';
import { exportCommand, importCommand } from './commands/transfer.js';
import { exitCodeOf, exitCodes, renderRefusal } from './Refusal.js';
import { parserRefusal } from './parserRefusal.js';
import { readerGone, type World } from './World.js';

const description = `Account data as an event log: change it, read it, and see who changed what.

Commands work on a data folder (through its server while one runs), or with --url on a server.`;

const exitCodeHelp = `
Exit codes: 0 done, or nobody reads the output any more; 1 refused or failed, with the reason on standard error; 2 the command line was wrong.`;

const definitions = [
  serveCommand,
  putCommand,
  getCommand,
  deleteCommand,
  tagCommand,
  historyCommand,
  asOfCommand,
  diffCommand,
  feedCommand,
  restoreCommand,
  eraseCommand,
  roomCommand,
  modulesCommand,
  projectionCommand,
  storeCommand,
  doctorCommand,
  exportCommand,
  importCommand,
  importSynapseCommand,
  tokenCommand,
];

/**
 * Runs the command that the arguments name (without Node and program), and gives the exit code.
 * Results go to standard output, everything else to standard error.
 */
export const runCommand = async (
  args: ReadonlyArray<string>,
  world: World,
  services: Services,
): Promise<number> => {
  let exitCode: number = exitCodes.done;
  const execution: Execution = {
    ...services,
    world,
    execute: async (work, json) => {
      const result = await work();
      if (E.isRight(result) || world.stopped.reason === readerGone) return;
      world.writeError(renderRefusal(result.left, json));
      exitCode = exitCodeOf(result.left);
    },
    exitWith: (code) => {
      exitCode = code;
    },
  };
  const help: Array<string> = [];
  const program = new Command('account-data').description(description).addHelpText('after', exitCodeHelp);
  for (const define of definitions) program.addCommand(define(execution));
  catchOutput(program, world, help);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) {
      const refused = parserRefusal(error);
      world.writeError(renderRefusal(refused, args.includes('--json')));
      exitCode = exitCodeOf(refused);
    }
  }
  for (const text of help) {
    if (exitCode === exitCodes.done) await world.write(text);
    else if (!args.includes('--json')) world.writeError(text);
  }
  return exitCode;
};

/** Keeps commander from writing to the process and from ending it, in each command of the tree. */
const catchOutput = (command: CommandUnknownOpts, world: World, help: Array<string>): void => {
  command.exitOverride().configureOutput({
    writeOut: (text) => {
      help.push(text);
    },
    // Help that stands for an error, where no command is named; what went wrong is said when it is caught.
    writeErr: (text) => {
      help.push(text);
    },
    outputError: () => undefined,
  });
  for (const child of command.commands) catchOutput(child, world, help);
};
