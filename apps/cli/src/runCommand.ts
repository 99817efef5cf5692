import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { catalog } from './commands/catalog.js';
import type { Execution, Services } from './commands/Execution.js';
import { exitCodeOf, exitCodes, type Refusal, renderRefusal } from './Refusal.js';
import { parserRefusal } from './parserRefusal.js';
import { refusalOfSystem } from './systemError.js';
import { readerGone, type World } from './World.js';

const description = `Account data as an event log: change it, read it, and see who changed what.

Commands work on a data folder (through its server while one runs), or with --url on a server.`;

const exitCodeHelp = `
Exit codes: 0 done, or nobody reads the output any more; 1 refused or failed, with the reason on standard error; 2 the command line was wrong.`;

/** Loads the commands that are named; the others are known by name, for the list of all. */
const commandsFor = (args: ReadonlyArray<string>, execution: Execution): Promise<ReadonlyArray<CommandUnknownOpts>> =>
  Promise.all(
    catalog.map(async ({ name, group, summary, load }) =>
      (args.includes(name) || args[0] === '__manual' ? (await load())(execution) : new Command(name)).summary(summary).helpGroup(group),
    ),
  );

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
  const tell = (refused: Refusal, json: boolean): void => {
    if (world.stopped.reason === readerGone) return;
    world.writeError(renderRefusal(refused, json || asksForJson(args)));
    exitCode = exitCodeOf(refused);
  };
  const execution: Execution = {
    ...services,
    world,
    execute: async (work, json) => {
      const result = await work();
      if (result._tag === 'Left') tell(result.left, json);
    },
    exitCodeHelp,
    exitWith: (code) => {
      exitCode = code;
    },
  };
  const help: Array<string> = [];
  const program = new Command('account-data').description(description).version(world.version, '--version', 'show the version');
  (await commandsFor(args, execution)).forEach((command, index) => program.addCommand(command, { hidden: catalog[index]?.hidden === true }));
  if (asksForHelp(args)) (await import('./manual/withExamples.js')).withExamples(program);
  program.addHelpText('after', exitCodeHelp);
  catchOutput(program, world, help);
  /** What the operating system refused is told as what a command refuses is, and not with a stack. */
  const refused = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      if (error instanceof CommanderError && error.exitCode === 0) return;
      const refusal = error instanceof CommanderError ? await parserRefusal(error, args) : refusalOfSystem(error);
      if (refusal === undefined) throw error;
      tell(refusal, false);
    }
  };
  await refused(() => program.parseAsync(args, { from: 'user' }));
  await refused(async () => {
    for (const text of help) {
      if (exitCode === exitCodes.done) await world.write(text);
      else if (!asksForJson(args)) world.writeError(text);
    }
  });
  return exitCode;
};

const asksForHelp = (args: ReadonlyArray<string>): boolean => args.length < 2 || args.some((arg) => ['--help', '-h', 'help'].includes(arg));

/** Programs read what was refused, too, in the form in which they read results. */
const asksForJson = (args: ReadonlyArray<string>): boolean =>
  args.some((arg, index) => arg === '--json' || /^(-o|--output=)(nd)?json$/.test(arg) || (/^(-o|--output)$/.test(arg) && /^(nd)?json$/.test(args[index + 1] ?? '')));

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
