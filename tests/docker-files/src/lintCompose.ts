import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Linted {
  readonly messages: ReadonlyArray<{ readonly rule: string; readonly message: string; readonly line: number }>;
}

const program = join(createRequire(import.meta.url).resolve('dclint/package.json'), '..', 'bin', 'dclint.cjs');
/** What it says of the order of keys and services is left out: the order here is the reader's. */
const config = fileURLToPath(new URL('../dclint.json', import.meta.url));

/** What the linter finds in a compose file: it begins with the specification's schema. Warnings count. */
export const lintCompose = (path: string): Promise<ReadonlyArray<string>> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [program, '--config', config, '--formatter', 'json', path], (error, stdout, stderr) => {
      try {
        const results = JSON.parse(stdout) as ReadonlyArray<Linted>;
        if (results.length !== 1) throw new Error(`${path} was not looked at.`);
        resolve(results.flatMap(({ messages }) => messages.map(({ rule, message, line }) => `line ${line}: ${rule}: ${message}`)));
      } catch (cause) {
        reject(new Error(`The linter failed: ${error?.message ?? ''} ${stderr}`, { cause }));
      }
    });
  });
