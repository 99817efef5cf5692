import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@account-data/tests-end-to-end';
import { processorOfAll } from './processorOf.js';
import type { MeasuredProcess, SideContext } from './Side.js';
import { configuredTokens } from './workload.js';

/** The program as its users start it, and the processor time of all its processes. @category model */
export interface ServerProcesses extends MeasuredProcess {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts a server of so many processes on the embedded store, with a token for each user. `requests_per_second` is not set. @category constructors */
export const startServerProcesses = async (processes: number, users: number, { folder }: Pick<SideContext, 'folder'>): Promise<ServerProcesses> => {
  await mkdir(folder, { recursive: true });
  const config = {
    server: { host: '127.0.0.1', port: 0, processes },
    store: { kind: 'embedded', path: join(folder, 'data') },
    auth: { tokens: configuredTokens(users) },
    log: { level: 'warn' },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'account-data.yaml'), JSON.stringify(config));
  const { url, program, stop } = await startServer({ path: folder });
  return {
    url,
    pid: program.pid,
    processor: () => processorOfAll(program.pid),
    close: async () => {
      const { code } = await stop();
      if (code !== 0) throw new Error(`The server ended with ${String(code)}.\n${program.errors()}`);
    },
  };
};
