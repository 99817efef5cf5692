import { main } from '@account-data/server';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import { adminToken } from '../workload.js';

/** Starts the server as a user does, on the log in the folder; gives where it listens, and how it is stopped. */
const startMain = async (folder: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const file = join(folder, 'account-data.yaml');
  // JSON is YAML.
  await writeFile(
    file,
    JSON.stringify({
      server: { host: '127.0.0.1', port: 0 },
      store: { kind: 'embedded', path: folder },
      auth: { tokens: [{ token: adminToken, role: 'admin' }] },
      log: { level: 'warn' },
    }),
  );
  const stopping = new AbortController();
  let ended: Promise<number> | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    ended = main(['--config', file], {
      env: {},
      cwd: folder,
      print: (text) => {
        const listening = /http:\/\/\S+/.exec(text)?.[0];
        if (listening !== undefined) resolve(listening);
      },
      printError: (text) => process.stderr.write(`${text}\n`),
      stopped: stopping.signal,
    });
    ended.then((code) => reject(new Error(`The server ended with ${String(code)}.`)), reject);
  });
  return {
    url,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

/**
 * A rebuild of the durable projection, indexes included, beside the live one, asked of the real server. A round is the
 * whole log, however many seconds it takes; the value is events a second.
 */
export const serverRebuild = async (work: LogWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const { url, stop } = await startMain(folder);
  return {
    round: async () => {
      const start = clock.monotonic();
      const response = await fetch(`${url}/v1/projection/rebuild`, { method: 'POST', headers: { authorization: `Bearer ${adminToken}` } });
      const elapsed = clock.monotonic() - start;
      if (!response.ok) throw new Error(`The rebuild was answered ${response.status}: ${await response.text()}`);
      const { events } = (await response.json()) as { readonly events: number };
      // The log's own first event is one more.
      if (events < work.events) throw new Error(`Only ${events} events were rebuilt.`);
      return { operations: work.events, value: (work.events / elapsed) * 1000 };
    },
    close: stop,
  };
};
