import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commandProgram } from '../src/checkout.js';
import { exampleConfig, makeDataFolder, startServer, tokens } from '../src/index.js';

/** Why no file system can be mounted here, if so: that takes root (or the capability) and Linux. */
const cannotMount = ((): string | undefined => {
  const tried = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `no file system can be mounted here: ${(tried.error?.message ?? tried.stderr).trim()}`;
})();

/** On a small disk of its own, mounted at the path in a namespace that ends with the program. */
const onSmallDisk = (path: string, size = '14m'): readonly [string, ...ReadonlyArray<string>] => ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`, path];

describe('a server whose disk is full', () => {
  it('stops when it is asked to, and says why it took nothing more', async ({ skip, onTestFinished }) => {
    skip(cannotMount !== undefined, cannotMount);
    const folder = await makeDataFolder();
    onTestFinished(() => folder.remove());
    await folder.configure(exampleConfig);
    await mkdir(folder.data);
    const server = await startServer(folder, { wrapper: onSmallDisk(folder.data) });
    onTestFinished(async () => {
      await server.killAtOnce();
    });
    const put = async (count: number): Promise<number> => {
      const answer = await fetch(`${server.url}/v1/users/@alice:example.org/account_data/t${count}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${tokens.admin}` },
        // Of nothing that repeats itself: what does takes hardly any room.
        body: JSON.stringify({ filling: randomBytes(30_000).toString('hex') }),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    let count = 0;
    let status = 200;
    for (; status === 200; count += 1) status = await put(count);
    expect(status).toBe(503);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(server.program.errors()).toMatch(/no space is left on its disk[^]+"Stopped"/);
  });

  it('is found by the doctor before a start is refused', async ({ skip, onTestFinished }) => {
    skip(cannotMount !== undefined, cannotMount);
    const folder = await makeDataFolder();
    onTestFinished(() => folder.remove());
    await mkdir(folder.data);
    const [program, ...args] = onSmallDisk(folder.data, '2m');
    const { status, stdout } = spawnSync(program, [...args, process.execPath, commandProgram, 'doctor', '--dir', folder.data], { encoding: 'utf8', cwd: folder.path });
    expect(status).toBe(1);
    expect(stdout).toMatch(/error +The disk of .* has less room than the \d+ bytes .*\(store_disk_full\)/);
  });
});
