import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logConfig, newSigningKey, synapseConfig } from './synapseConfig.js';
import type { SynapseOptions } from './SynapseOptions.js';
import { type SynapseUser, registerUser } from './SynapseUser.js';

/** A real Synapse that runs. @category model */
export interface Synapse {
  readonly url: string;
  readonly pid: number;
  readonly register: (localpart: string, options?: { readonly isAdmin?: boolean }) => Promise<SynapseUser>;
  /** What it has logged so far: warnings, and where it listens. */
  readonly log: () => string;
  /** Asks it to stop, and waits until it has. */
  readonly stop: () => Promise<void>;
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>;
}

const program = fileURLToPath(new URL('../python/run_synapse.py', import.meta.url));

const listening = /Synapse now listening on TCP port (\d+)/;

/**
 * Starts a real Synapse on a free port of the loopback interface, and resolves when it listens. It ends with this process,
 * however that ends.
 *
 * @throws {Error} with what it logged, where it ended instead
 * @category constructors
 */
export const startSynapse = async (options: SynapseOptions): Promise<Synapse> => {
  const { python, folder, pythonPath = [] } = options;
  const at = (name: string): string => join(folder, name);
  if (!existsSync(at('signing.key'))) writeFileSync(at('signing.key'), newSigningKey());
  // JSON is YAML.
  writeFileSync(at('log.yaml'), JSON.stringify(logConfig));
  writeFileSync(at('homeserver.yaml'), JSON.stringify(synapseConfig(options, folder, at('log.yaml'))));
  const child = spawn(python, [program, '--config-path', at('homeserver.yaml')], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: pythonPath.join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let log = '';
  const port = await new Promise<string>((resolve, reject) => {
    const hear = (text: string): void => {
      log += text;
      const [, found] = listening.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`Synapse ended before it listened.\n${log}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: pidOf(child),
    register: (localpart, { isAdmin = false } = {}) => registerUser(url, localpart, isAdmin),
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('Synapse could not be started.');
  return pid;
};
