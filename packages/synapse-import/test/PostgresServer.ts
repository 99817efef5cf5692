import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian's packages keep the programs of the newest PostgreSQL server; undefined where there is none. */
export const postgresPrograms = (): string | undefined => {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
};

/** A server of our own on the loopback interface, in a folder of its own. It refuses to run as root, so it does not. */
export interface PostgresServer {
  readonly connectionString: string;
  readonly stop: () => Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('No port is free.'));
      });
    });
  });

export const startPostgres = async (programs: string): Promise<PostgresServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'synapse-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const as = (program: string, args: ReadonlyArray<string>): Promise<unknown> =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', join(programs, program), ...args], { cwd: '/' })
      : run(join(programs, program), args, { cwd: '/' });
  if (isRoot) {
    await chmod(folder, 0o700);
    const owned = spawnSync('chown', ['postgres', folder]);
    if (owned.status !== 0) throw new Error('The data folder can not be given to the user postgres.');
  }
  const data = join(folder, 'data');
  const port = await freePort();
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'synapse', '-E', 'UTF8', '--locale=C', '--no-sync']);
  await as('pg_ctl', [
    '-D', data, '-w', '-l', join(folder, 'log'),
    '-o', `-c listen_addresses=127.0.0.1 -c port=${String(port)} -c unix_socket_directories=${folder} -c fsync=off`,
    'start',
  ]);
  return {
    connectionString: `postgresql://synapse@127.0.0.1:${String(port)}/postgres`,
    stop: async () => {
      await as('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
