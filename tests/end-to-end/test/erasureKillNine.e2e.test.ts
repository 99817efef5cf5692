import { randomBytes } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  type DataFolder,
  exampleConfig,
  makeDataFolder,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

const rounds = 6;
/** Large enough for the log and the projection to take a while to be written anew. */
/** Of nothing that repeats itself: what does takes hardly any room. */
const ballast = { text: randomBytes(20_000).toString('hex') };
const secretOf = (round: number): string => `what-nobody-else-has-in-${String(round)}-7c1f`;
const userOf = (round: number): string => `@erased${String(round)}:example.org`;

const send = (url: string, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const statusOf = async (answer: Promise<Response>): Promise<number> => {
  const { status, arrayBuffer } = await answer.then((response) => ({ status: response.status, arrayBuffer: response.arrayBuffer() }));
  await arrayBuffer;
  return status;
};

/** The files of the data folder that hold a text. */
const filesWith = async (folder: string, text: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: Array<string> = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
};

describe('an erasure that kill -9 cuts off', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure(exampleConfig);
    server = await startServer(folder);
    for (let n = 0; n < 400; n += 1) {
      expect(await statusOf(send(server.url, 'PUT', `/v1/users/${bob}/account_data/t${String(n)}`, { ...ballast, n }))).toBe(200);
    }
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  it('is finished when the next start is ready: no file holds a byte of the user, and the user ID stays erased', async () => {
    let cutOff = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const secret = secretOf(round);
      const key = `/v1/users/${userOf(round)}/account_data/t`;
      expect(await statusOf(send(server.url, 'PUT', key, { secret }))).toBe(200);
      const erasing = send(server.url, 'POST', `/v1/users/${userOf(round)}/erase`).then(
        async (answer) => {
          await answer.arrayBuffer();
          return 'answered';
        },
        () => 'cut off',
      );
      await waitUntil('the erasure to be recorded', async () => ((await statusOf(send(server.url, 'GET', key))) === 404 ? true : undefined));
      // A different moment each time, from the first step on.
      await new Promise((resolve) => setTimeout(resolve, (round - 1) * 12));
      await server.killAtOnce();
      if ((await erasing) === 'cut off') cutOff += 1;
      server = await startServer(folder);
      expect(await filesWith(folder.data, secret)).toEqual([]);
      expect(await statusOf(send(server.url, 'GET', key))).toBe(404);
      expect(await statusOf(send(server.url, 'PUT', key, {}))).toBe(410);
    }
    expect(cutOff).toBeGreaterThan(0);
    expect(await statusOf(send(server.url, 'GET', `/v1/users/${bob}/account_data/t399`))).toBe(200);
    expect(await statusOf(send(server.url, 'PUT', `/v1/users/${alice}/account_data/t`, { still: 'here' }))).toBe(200);
    await server.stop();
  }, 300_000);
});
