import { type IncomingMessage, request } from 'node:http';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataFolder, type ServerProcess, alice, exampleConfig, makeDataFolder, startServer, tokens } from '../src/index.js';

/** A user with a thousand changes of 60 kB, and readers that ask for all of it and do not read. */
const changes = 1_000;
const keys = 100;
const mostMegabytes = 400;

/** The memory of a process that is not of files, in megabytes; undefined where the system does not tell. */
const anonymousMemory = async (pid: number | undefined): Promise<number | undefined> => {
  if (platform !== 'linux') return undefined;
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return (Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
};

describe('readers that do not read', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure({ ...exampleConfig, modules: [] });
    server = await startServer(folder);
    const filling = 'x'.repeat(60_000);
    for (let index = 0; index < changes; index += 10) {
      const commands = Array.from({ length: 10 }, (_, nth) => ({
        command: 'set',
        user_id: alice,
        type: `org.example.t${String((index + nth) % keys)}`,
        content: { filling, index: index + nth },
      }));
      for (const command of commands) {
        const answer = await ask('/v1/commands', { method: 'POST', body: JSON.stringify({ commands: [command] }) });
        expect(answer.status).toBe(200);
      }
    }
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  const ask = async (path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${tokens.service}`, 'content-type': 'application/json' } });
    return { status: answer.status, text: await answer.text() };
  };

  /** Asks, and reads no byte of the answer's body. */
  const openUnread = (path: string, token: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` }, agent: false }, (answer) => {
        answer.pause();
        answer.on('error', () => undefined);
        resolve(answer);
      });
      asked.on('error', reject);
      asked.end();
    });

  const kinds: ReadonlyArray<readonly [name: string, path: string, token: string, count: number]> = [
    ['histories', `/v1/users/${alice}/history?limit=1000`, tokens.service, 200],
    ['exports', `/v1/export?user_id=${alice}`, tokens.admin, 90],
    ['feeds', '/v1/feed?after=start', tokens.service, 100],
    ['feeds of a user', `/v1/feed?after=start&user_id=${alice}`, tokens.alice, 100],
    ['states', `/v1/users/${alice}/state`, tokens.service, 200],
    ['states of before', `/v1/users/${alice}/state?at_revision=500`, tokens.service, 100],
    ['diffs', `/v1/users/${alice}/diff?from_revision=100`, tokens.service, 100],
    ['syncs', '/_matrix/client/v3/sync', tokens.alice, 200],
  ];

  it.each(kinds)('of %s cost no more memory than all answers may together, and hold up nobody', async (_name, path, token, count) => {
    const open: Array<IncomingMessage> = [];
    const memory: Array<number> = [];
    try {
      for (let index = 0; index < count; index += 10) {
        open.push(...(await Promise.all(Array.from({ length: 10 }, () => openUnread(path, token)))));
        memory.push((await anonymousMemory(server.program.pid)) ?? 0);
        expect((await ask('/healthz')).status).toBe(200);
      }
      expect(open.map(({ statusCode }) => statusCode)).toEqual(open.map(() => 200));
      expect(server.program.hasEnded()).toBe(false);
      expect(Math.max(...memory)).toBeLessThan(mostMegabytes);
    } finally {
      for (const answer of open) answer.destroy();
    }
  });
});
