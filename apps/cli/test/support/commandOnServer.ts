import { loadConfig, makeLogger, startServer } from '@account-data/server';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/runCommand.js';
import { lazyServices } from '../../src/services/lazyServices.js';
import { processWorld } from '../../src/world/processWorld.js';
import type { World } from '../../src/World.js';

/** What a run of the command came to. */
export interface Run {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A server of its own, and the command beside it. */
export interface CommandOnServer {
  /** The working folder of server and command; the data folder is `data` in it. */
  readonly folder: string;
  readonly url: string;
  /** Of role admin. */
  readonly token: string;
  /** Runs the command in this process, on the server unless the arguments say otherwise. */
  readonly run: (...args: ReadonlyArray<string>) => Promise<Run>;
  /** The same with nothing but these arguments. */
  readonly runAlone: (...args: ReadonlyArray<string>) => Promise<Run>;
  readonly runAloneIn: CommandOnServer['runIn'];
  readonly runIn: (world: Partial<World>, ...args: ReadonlyArray<string>) => Promise<Run>;
  /** Ends the server; what it wrote stays. */
  readonly close: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const token = 'admin-of-the-tests';

/** Starts a server in a new folder; `configuration` is added to what it needs. */
export const startCommandOnServer = async (configuration: object = {}): Promise<CommandOnServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'account-data-command-'));
  const file = join(folder, 'account-data.yaml');
  await writeFile(file, JSON.stringify({ server: { port: 0 }, auth: { tokens: [{ token, role: 'admin' }] }, log: { level: 'silent' }, ...configuration }));
  const config = await loadConfig({ file, env: {}, cwd: folder })();
  if (E.isLeft(config)) throw new Error('The configuration is not one.');
  const server = await startServer(config.right, { env: {}, logger: makeLogger('silent', process.stderr), print: () => undefined });
  const { terminal: _, confirm: __, page: ___, end: ____, openScreen: _____, ...ofProcess } = processWorld();
  const runWith = async (more: Partial<World>, args: ReadonlyArray<string>): Promise<Run> => {
    const written = { output: '', errors: '' };
    const world: World = {
      ...ofProcess,
      cwd: folder,
      env: { ACCOUNT_DATA_TOKEN: token, HOME: folder },
      write: (text) => {
        written.output += text;
        return Promise.resolve();
      },
      writeError: (text) => {
        written.errors += text;
      },
      ...more,
    };
    return { code: await runCommand(args, world, lazyServices(world)), ...written };
  };
  const runIn: CommandOnServer['runIn'] = (more, ...args) => runWith(more, [...args, ...(args.includes('--dir') || args.includes('--url') ? [] : ['--url', server.url])]);
  return {
    folder,
    url: server.url,
    token,
    run: (...args) => runIn({}, ...args),
    runAlone: (...args) => runWith({}, args),
    runAloneIn: (more, ...args) => runWith(more, args),
    runIn,
    close: server.close,
    stop: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
