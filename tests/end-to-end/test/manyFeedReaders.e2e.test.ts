import { readFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DataFolder,
  type FeedReader,
  type ServerProcess,
  exampleConfig,
  makeDataFolder,
  openFeedReader,
  positionOf,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

/** How many readers wait at once, each for news of a user of its own. */
const count = 2_500;
/** Opened side by side: what a listening socket lets wait. */
const atOnce = 100;

const userOf = (n: number): string => `@user${String(n)}:example.org`;

/** The memory of a process that is not of files, in bytes; undefined where the system does not tell. */
const anonymousMemory = async (pid: number | undefined): Promise<number | undefined> => {
  if (platform !== 'linux') return undefined;
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
};

describe('thousands of idle readers of the feed', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeEach(async () => {
    folder = await makeDataFolder();
    await folder.configure({ ...exampleConfig, modules: [], limits: { event_streams: count, event_streams_per_token: count } });
    server = await startServer(folder);
  });

  afterEach(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  const openAll = async (): Promise<ReadonlyArray<FeedReader>> => {
    const readers: Array<FeedReader> = [];
    for (let n = 0; n < count; n += atOnce) {
      const some = Array.from({ length: atOnce }, (_, index) =>
        openFeedReader(server.url, tokens.service, `user_id=${encodeURIComponent(userOf(n + index))}&heartbeat=2000`),
      );
      readers.push(...(await Promise.all(some)));
    }
    return readers;
  };

  const set = async (user: string, content: object): Promise<void> => {
    const answer = await fetch(`${server.url}/v1/users/${user}/account_data/org.example.theme`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${tokens.service}`, 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  };

  const openStreams = async (): Promise<number> => {
    const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${tokens.admin}` } });
    return Number(/^account_data_event_streams (\d+)$/m.exec(await metrics.text())?.[1]);
  };

  it('cost a few kilobytes each, hear only of their own, and leave nothing behind', async () => {
    await set(userOf(0), { before: true });
    // What the first requests compile and allocate is not the readers'.
    const first = await openFeedReader(server.url, tokens.service, 'heartbeat=100');
    await waitUntil('a heartbeat', () => (first.ids.length > 3 ? true : undefined));
    first.close();
    const before = await anonymousMemory(server.program.pid);
    const readers = await openAll();
    expect(await openStreams()).toBe(count);

    // Each is told how far the feed is, at once and again, with an id to go on after.
    await waitUntil('heartbeats of all', () => (readers.every(({ ids }) => ids.length >= 2) ? true : undefined));
    for (const { ids } of readers) for (const id of ids) expect(id).toMatch(/^\d+_/);
    const during = await anonymousMemory(server.program.pid);
    if (before !== undefined && during !== undefined) expect((during - before) / count).toBeLessThan(60 * 1024);

    // News of one of them reaches that one; the others' heartbeats go beyond it, and brought nothing else.
    await set(userOf(1_234), { only: 'yours' });
    const told = readers[1_234];
    await waitUntil('the news', () => (told?.changes.length === 1 ? true : undefined));
    const position = Number(told?.changes[0]?.['position']);
    await waitUntil('all to be beyond it', () => (readers.every(({ ids }) => positionOf(ids.at(-1) ?? '') >= position) ? true : undefined));
    expect(readers.flatMap(({ changes }, n) => (changes.length === 0 ? [] : [n]))).toEqual([1_234]);
    expect(told?.changes[0]).toMatchObject({ user_id: userOf(1_234), content: { only: 'yours' } });

    // All places are taken, and all are free again when they are gone.
    await expect(openFeedReader(server.url, tokens.service, 'user_id=%40one:too.many')).rejects.toThrow('answered 4');
    for (const reader of readers) reader.close();
    await waitUntil('the server to let go of all', async () => ((await openStreams()) === 0 ? true : undefined));
    const again = await openAll();
    const after = await anonymousMemory(server.program.pid);
    // A second crowd takes the memory that the first left.
    if (before !== undefined && after !== undefined) expect((after - before) / count).toBeLessThan(60 * 1024);
    server.program.kill('SIGTERM');
    expect(await server.program.ended).toEqual({ code: 0, signal: null });
    // Node warns of what looks like a leak of listeners.
    expect(server.program.errors()).not.toContain('MaxListenersExceeded');
    await waitUntil('all to end with the server', () => (again.every((reader) => reader.hasEnded()) ? true : undefined));
  });
});
