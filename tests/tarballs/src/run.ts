import { execFile } from 'node:child_process';

/** What a program printed; rejects with the end of it where the program fails. */
export const run = (program: string, args: ReadonlyArray<string>, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, output, errors) => {
      if (error === null) resolve(output);
      else reject(new Error(`${program} ${args.join(' ')} failed.\n${`${output}\n${errors}`.slice(-4_000)}`));
    });
  });
