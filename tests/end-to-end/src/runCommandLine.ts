import { commandProgram } from './checkout.js';
import { endOf, type ProgramOptions, startProgram } from './ChildProgram.js';

/** What a run of the command came to. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `account-data` to its end. */
export const runCommandLine = async (args: ReadonlyArray<string>, options: ProgramOptions): Promise<CommandResult> => {
  const program = startProgram(commandProgram, args, options);
  const { code } = await endOf(program);
  return { code, output: program.output(), errors: program.errors() };
};

/** What the command printed, where it must succeed. */
export const outputOf = async (args: ReadonlyArray<string>, options: ProgramOptions): Promise<string> => {
  const result = await runCommandLine(args, options);
  if (result.code !== 0) throw new Error(`account-data ${args.join(' ')} exited with ${String(result.code)}: ${result.errors}`);
  return result.output;
};

/** The lines that the command printed with `--json`. */
export const jsonLinesOf = async (
  args: ReadonlyArray<string>,
  options: ProgramOptions,
): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
  const output = await outputOf([...args, '--json'], options);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
};
