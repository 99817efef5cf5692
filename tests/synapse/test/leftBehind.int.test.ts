import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const isPythonThere = spawnSync('python3', ['--version']).status === 0;
const script = fileURLToPath(new URL('../python/run_synapse.py', import.meta.url));

test.skipIf(!isPythonThere || process.platform !== 'linux')('a Synapse whose starter is killed ends (needs python3, on Linux)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'left-behind-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'synapse', 'app'), { recursive: true });
  for (const module of ['synapse/__init__.py', 'synapse/app/__init__.py']) await writeFile(join(folder, module), '');
  await writeFile(join(folder, 'synapse/app/homeserver.py'), 'import time\nprint(__name__, flush=True)\ntime.sleep(3600)\n');
  const starting = `require('node:child_process').spawn('python3', [${JSON.stringify(script)}], { stdio: 'inherit' })`;
  const starter = spawn(process.execPath, ['-e', starting], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: folder },
  });
  expect(String((await once(starter.stdout, 'data'))[0])).toContain('__main__');
  // Standard output is closed when nobody holds it any more: the starter is gone, and the Synapse, too.
  const closed = once(starter, 'close');
  starter.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
});
