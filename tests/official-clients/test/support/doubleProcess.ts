import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../eventstoredb-double/dist/main.js', import.meta.url));

/** A double of 26.1.0 in a process of its own, as servers are: what is imported here must not reach it. */
export const withDoubleProcess = async (test: (connectionString: string) => Promise<void>): Promise<void> => {
  const child = spawn(process.execPath, [program, '--version', '26.1.0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const { connectionString } = JSON.parse(String(first.value)) as { readonly connectionString: string };
    await test(connectionString);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await ended;
  }
};
