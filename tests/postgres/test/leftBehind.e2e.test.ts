import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { postgresPrograms } from '../src/index.js';

const programs = postgresPrograms();

const program = `
  import { startPostgres } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
  const { connectionString } = await startPostgres(process.argv[1]);
  console.log(connectionString);
  setInterval(() => undefined, 60_000);`;

test.skipIf(programs === undefined)('a PostgreSQL server whose starter is killed ends, and leaves no folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'left-behind-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // The user that PostgreSQL runs as, where this one is root, has a folder of its own in it.
  await chmod(folder, 0o755);
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program, programs ?? ''], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  const [printed] = (await once(starter.stdout, 'data')) as [Buffer];
  const client = new pg.Client({ connectionString: String(printed).trim() });
  await client.connect();
  const ended = new Promise((resolve) => {
    client.on('error', resolve);
  });
  starter.kill('SIGKILL');
  await ended;
  await expect.poll(() => readdir(folder), { timeout: 60_000, interval: 20 }).toEqual([]);
});
