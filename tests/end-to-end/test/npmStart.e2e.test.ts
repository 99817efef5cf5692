import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  checkout,
  type DataFolder,
  exampleConfig,
  makeDataFolder,
  matrixClient,
  tokens,
  waitUntil,
} from '../src/index.js';

describe('npm start', () => {
  let folder: DataFolder;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure(exampleConfig);
  });

  afterAll(() => folder.remove());

  it('passes its arguments and its signals on, and ends as the server ends', async () => {
    const npm = spawn('npm', ['start', '--', '--config', join(folder.path, 'account-data.yaml')], {
      cwd: checkout,
      env: { ...process.env, ACCOUNT_DATA_DIR: folder.data, INIT_CWD: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<number | null>((resolve) => npm.once('close', resolve));
    try {
      const url = await waitUntil('the address', () => /listens at (http:\S+)/.exec(output)?.[1]);
      expect((await matrixClient(url, tokens.alice, alice).put('org.example.theme', { theme: 'dark' })).status).toBe(200);
      npm.kill('SIGTERM');
      expect({ code: await ended, output }).toEqual({ code: 0, output: expect.stringContaining('Stopped') as unknown });
      // The server itself is gone, not only npm.
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    } finally {
      npm.kill('SIGKILL');
    }
  });
});
