import { commandProgram } from './checkout.js';
import { type ChildProgram, type Ending, endOf, type ProgramOptions, startProgram } from './ChildProgram.js';
import type { DataFolder } from './DataFolder.js';
import { waitUntil } from './waitUntil.js';

/** A server process that accepts requests. */
export interface ServerProcess {
  readonly url: string;
  readonly program: ChildProgram;
  /** Asks it to stop, and waits until it has. */
  readonly stop: () => Promise<Ending>;
  /** As a power cut does to a process: nothing of it runs any more. */
  readonly killAtOnce: () => Promise<Ending>;
}

const addressIn = (text: string): string | undefined => /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(text)?.[0];

/** Starts `account-data serve`, or another command that serves, in a folder whose configuration says `server.port: 0`, and waits until it is ready; of the program in `file`, where it is not the compiled one. */
export const startServer = async (
  folder: Pick<DataFolder, 'path'>,
  { file = commandProgram, command = 'serve', args = [], ...options }: { readonly file?: string; readonly command?: 'serve' | 'follow-synapse'; readonly args?: ReadonlyArray<string> } & Pick<ProgramOptions, 'env' | 'wrapper'> = {},
): Promise<ServerProcess> => {
  const program = startProgram(file, [command, ...args], { cwd: folder.path, ...options });
  const failure = (): Error => new Error(`The server ended.\n${program.output()}\n${program.errors()}`);
  const url = await waitUntil('the server to say its address', () => {
    if (program.hasEnded()) throw failure();
    return addressIn(program.output()) ?? addressIn(program.errors());
  });
  await waitUntil('the server to be ready', async () => {
    if (program.hasEnded()) throw failure();
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200 ? true : undefined;
  });
  return {
    url,
    program,
    stop: () => {
      program.kill('SIGTERM');
      return endOf(program);
    },
    killAtOnce: () => {
      program.kill('SIGKILL');
      return endOf(program);
    },
  };
};
