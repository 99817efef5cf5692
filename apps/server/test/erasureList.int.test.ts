import { appendFile, cp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { erasureFile } from '@account-data/embedded';
import type { RunningServer } from '../src/startServer.js';
import { rawHttp } from './support/rawHttp.js';
import { serverInFolder } from './support/serverInFolder.js';

const { folder, start, stop } = serverInFolder();

const headers = { authorization: 'Bearer t' };
const secret = 'what-nobody-else-has-51c7';
const alice = '@alice:example.org';
const bob = '@bob:example.org';

const put = async ({ url }: RunningServer, user: string, content: unknown): Promise<void> => {
  const path = `/v1/users/${user}/account_data/t`;
  expect(await rawHttp(url, { method: 'PUT', path, headers, body: JSON.stringify(content) })).toMatchObject({ status: 200 });
};

const get = ({ url }: RunningServer, user: string) => rawHttp(url, { path: `/v1/users/${user}/account_data/t`, headers });

const filesWith = async (folder: string, text: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
};

describe('an erasure', () => {
  it('outlives a data folder that is put back from a backup made before it', async () => {
    let running = await start();
    await put(running, alice, { secret });
    await put(running, bob, { n: 1 });
    await stop();
    await cp(join(folder(), 'data'), join(folder(), 'backup'), { recursive: true });
    running = await start();
    expect(await rawHttp(running.url, { method: 'POST', path: `/v1/users/${alice}/erase`, headers })).toMatchObject({ status: 200 });
    const { logId } = running.engine;
    await stop();
    const list = join(folder(), 'data.erasures');
    expect(await readFile(list, 'utf8')).toBe(`${JSON.stringify({ log_id: logId, user_id: alice })}\n`);
    expect((await stat(list)).mode & 0o777).toBe(0o600);

    await rename(join(folder(), 'data'), join(folder(), 'data.lost'));
    await rename(join(folder(), 'backup'), join(folder(), 'data'));
    expect(await filesWith(join(folder(), 'data'), secret)).not.toEqual([]);
    running = await start();
    expect((await get(running, alice)).status).toBe(404);
    expect(await get(running, bob)).toMatchObject({ status: 200, json: { content: { n: 1 } } });
    await stop();
    expect(await filesWith(join(folder(), 'data'), secret)).toEqual([]);
  });

  it('that is older than the list is added to it at the start', async () => {
    let running = await start();
    await put(running, alice, { secret });
    await rawHttp(running.url, { method: 'POST', path: `/v1/users/${alice}/erase`, headers });
    await stop();
    await rm(join(folder(), 'data.erasures'));
    running = await start();
    expect(await readFile(join(folder(), 'data.erasures'), 'utf8')).toContain(alice);
  });
});

describe('the list of erasures', () => {
  it('keeps each user of each log once, and passes over a line that was cut off', async () => {
    const path = join(folder(), 'list');
    const list = erasureFile({ path, required: true });
    expect(await list.read('log')).toEqual(new Set());
    await Promise.all([list.add('log', [alice]), list.add('log', [alice, bob]), list.add('other', [alice])]);
    await appendFile(path, '{"log_id":"log","user_id":"@ca');
    expect(await list.read('log')).toEqual(new Set([alice, bob]));
    await list.add('log', ['@carol:example.org']);
    expect(await list.read('log')).toEqual(new Set([alice, bob, '@carol:example.org']));
    expect(await list.read('other')).toEqual(new Set([alice]));
    await writeFile(path, 'nonsense\n');
    await expect(list.read('log')).rejects.toThrow('line 1');
  });

  it('that can not be written fails the erasure where it was asked for, and is told of in the receipt elsewhere', async () => {
    const path = join(folder(), 'missing', 'list');
    await expect(erasureFile({ path, required: true }).add('log', [alice])).rejects.toThrow('ENOENT');
    const [remains] = await erasureFile({ path, required: false }).add('log', [alice]);
    expect(remains).toContain('store.erasures_list');
  });
});
