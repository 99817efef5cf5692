import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './freePort.js';
import { lastCommand } from './lastCommand.js';

const run = promisify(execFile);

/**
 * A server of our own on the loopback interface, in a folder of its own. Everybody on this machine may connect, as the
 * superuser `synapse`; text is UTF-8, sorted by bytes, as Synapse asks for.
 *
 * @category model
 */
export interface PostgresServer {
  readonly port: number;
  /** Of the database `postgres`. */
  readonly connectionString: string;
  /** Makes an empty database, and gives its connection string. */
  readonly createDatabase: (name: string) => Promise<string>;
  /** Ends the server as a power cut would: nothing is written any more. Nothing is kept that was not flushed. */
  readonly crash: () => Promise<void>;
  /** Ends the server in order: it waits for those who replicate from it. */
  readonly shutDown: () => Promise<void>;
  /** Starts it again on the same port, with these settings on top of those before. */
  readonly start: (settings?: PostgresSettings) => Promise<void>;
  /** Ends it, and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Of `postgresql.conf`, by name: `{ wal_level: 'logical' }`. @category model */
export type PostgresSettings = { readonly [name: string]: string };

/**
 * Starts a server on a free port with the programs that `postgresPrograms` found. PostgreSQL refuses to run as root; then
 * it runs as the user `postgres`, whom Debian's package makes. Its flushes are off unless `fsync` is set: what was written
 * outlives the process, not the machine. It ends with this process, however that ends, and its folder is gone then.
 *
 * @category constructors
 */
export const startPostgres = async (programs: string, settings: PostgresSettings = {}): Promise<PostgresServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const isRoot = process.getuid?.() === 0;
  const commandOf = (program: string, args: ReadonlyArray<string>): readonly [string, ...Array<string>] => [
    ...(isRoot ? (['runuser', '-u', 'postgres', '--', join(programs, program)] as const) : ([join(programs, program)] as const)),
    ...args,
  ];
  const as = (program: string, args: ReadonlyArray<string>): Promise<unknown> => {
    const [command, ...rest] = commandOf(program, args);
    return run(command, rest, { cwd: '/' });
  };
  if (isRoot && spawnSync('chown', ['postgres', folder]).status !== 0) {
    throw new Error('The data folder can not be given to the user postgres.');
  }
  const data = join(folder, 'data');
  const atOnce = ['-D', data, '-m', 'immediate', '-w', 'stop'];
  const end = lastCommand('folder=$1; shift; "$@"; rm -rf "$folder"', [folder, ...commandOf('pg_ctl', atOnce)]);
  const port = await freePort();
  const connectionString = (database: string): string => `postgresql://synapse@127.0.0.1:${String(port)}/${database}`;
  let current: PostgresSettings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: folder,
    fsync: 'off',
    ...settings,
  };
  const start = async (changed: PostgresSettings = {}): Promise<void> => {
    current = { ...current, ...changed };
    const options = Object.entries(current).map(([name, value]) => `-c ${name}=${value}`);
    await as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options.join(' '), 'start']);
  };
  const crash = async (): Promise<void> => {
    await as('pg_ctl', atOnce);
  };
  try {
    await as('initdb', ['-D', data, '-A', 'trust', '-U', 'synapse', '-E', 'UTF8', '--locale=C', '--no-sync']);
    await start();
  } catch (error) {
    await end.run();
    throw error;
  }
  return {
    port,
    connectionString: connectionString('postgres'),
    createDatabase: async (name) => {
      await as('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'synapse', name]);
      return connectionString(name);
    },
    crash,
    shutDown: async () => {
      await as('pg_ctl', ['-D', data, '-m', 'fast', '-w', '-t', '20', 'stop']);
    },
    start,
    stop: end.run,
  };
};
