import { readLocalServer } from '@account-data/server/configuration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  type DataFolder,
  exampleConfig,
  loadGenerator,
  loggedChanges,
  makeDataFolder,
  type PinnedClient,
  pinnedClient,
  processBehind,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../src/index.js';

const path = (userId: string, type: string): string => `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/${type}`;

/** Clients of the process that owns the log, and of the one beside it. */
interface Both {
  readonly owner: PinnedClient;
  readonly other: PinnedClient;
}

/** A refusal but for the request that it names. */
const withoutRequest = (body: unknown): unknown => ({ ...(body as object), request_id: undefined });

describe('a server of two processes', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  const opened: Array<PinnedClient> = [];

  const open = (token: string): PinnedClient => {
    const client = pinnedClient(server.url, token);
    opened.push(client);
    return client;
  };

  /** Connections that lead to both: a pair is tried as long as it does not. */
  const both = (token: string = tokens.service, user = '@nobody:example.org'): Promise<Both> =>
    waitUntil('connections to both processes', async () => {
      const clients = [open(token), open(token)];
      const found: Partial<Record<keyof Both, PinnedClient>> = {};
      for (const client of clients) {
        const behind = await processBehind(client, path(user, 't'));
        if (behind === undefined) return undefined;
        found[behind] = client;
      }
      return found.owner === undefined || found.other === undefined ? undefined : { owner: found.owner, other: found.other };
    });

  const pids = async (): Promise<{ readonly owner: number; readonly other: number }> => {
    const told = await readLocalServer(folder.data);
    const last = /.*"pid":(\d+).*beside the owner/gs.exec(server.program.errors())?.[1];
    if (told === undefined || last === undefined) throw new Error('The processes have not told their numbers.');
    return { owner: told.pid, other: Number(last) };
  };

  const runs = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure({ ...exampleConfig, server: { ...exampleConfig.server, processes: 2 } });
    server = await startServer(folder);
  });

  afterAll(async () => {
    for (const client of opened) client.close();
    if (!server.program.hasEnded()) await server.killAtOnce();
    await folder.remove();
  });

  it('shows what one process has acknowledged in the answers of the other', async () => {
    const { owner, other } = await both();
    for (let n = 0; n < 10; n += 1) {
      for (const [writer, reader] of [[owner, other], [other, owner], [other, other]] as const) {
        const content = { n, by: writer === owner ? 'owner' : 'other' };
        expect(await writer.send('PUT', path(alice, 't'), JSON.stringify(content))).toMatchObject({ status: 200 });
        expect(await reader.send('GET', path(alice, 't'))).toMatchObject({ status: 200, body: content });
      }
    }
    const history = await other.send('GET', `/v1/users/${encodeURIComponent(alice)}/history?limit=1`);
    expect(history.body).toMatchObject({ entries: [{ revision: '29' }] });
  });

  it('has the owner answer what there is once, whichever process was asked, with its token and with none', async () => {
    const { owner, other } = await both(tokens.admin);
    expect((await other.send('POST', '/v1/projection/verify')).status).toBe(200);
    for (const asked of ['/v1/modules', '/v1/projection', '/v1/feed?limit=1', '/nowhere']) {
      const [here, there] = [await owner.send('GET', asked), await other.send('GET', asked)];
      expect(there.answeredBy).toBe(here.answeredBy);
      expect(there.status).toBe(here.status);
    }
    for (const stranger of [open('no token of anyone'), open('no token of anyone')]) {
      expect(await stranger.send('GET', path(alice, 't'))).toMatchObject({ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN' } });
    }
    const listed = await runCommandLine(['modules', 'list'], { cwd: folder.path });
    expect(listed.code).toBe(0);
  });

  it('refuses wrong input alike, whichever process was asked', async () => {
    const { owner, other } = await both(tokens.alice, alice);
    const user = `/v1/users/${encodeURIComponent(alice)}`;
    const asked: ReadonlyArray<readonly [method: string, path: string, status: number, body?: string]> = [
      ['PUT', path(alice, 't'), 400, '{"a":'],
      ['PUT', path(alice, 't'), 413, JSON.stringify({ filling: 'x'.repeat(70_000) })],
      ['PUT', path(alice, 'm.push_rules'), 405, '{}'],
      ['PATCH', path(alice, 't'), 405, '{}'],
      ['GET', path('@bob:example.org', 't'), 403],
      ['GET', `${user}/history?limit=0`, 400],
      ['GET', '/_matrix/client/v3/sync?since=garbage', 400],
      ['GET', `${user}/nowhere`, 404],
    ];
    for (const [method, at, status, body] of asked) {
      const [here, there] = [await owner.send(method, at, body), await other.send(method, at, body)];
      expect(here.status, `${method} ${at}`).toBe(status);
      expect({ ...there, body: withoutRequest(there.body) }).toMatchObject({ status, body: withoutRequest(here.body) });
    }
  });

  it('counts in /metrics what all processes have answered', async () => {
    const { owner, other } = await both();
    const counted = async (client: PinnedClient): Promise<number> => {
      const text = String((await client.send('GET', '/metrics')).body);
      return Number(/^account_data_http_requests_total\{method="GET",route="\/_matrix\/client\/v3\/user\/:userId\/account_data\/:type",status="200"\} (\d+)$/m.exec(text)?.[1]);
    };
    const before = await counted(owner);
    for (const client of [owner, other, other]) await client.send('GET', path(alice, 't'));
    expect(await counted(other)).toBe(before + 3);
    // By which `account-data top` tells how long it has been up.
    expect((await other.send('GET', '/metrics')).body).toMatch(/^process_start_time_seconds [1-9]\d+/m);
  });

  it('shows nothing of an erased user at any process', async () => {
    const { owner, other } = await both();
    const admin = (await both(tokens.admin)).other;
    for (let n = 0; n < 5; n += 1) {
      const user = `@erased${String(n)}:example.org`;
      await other.send('PUT', path(user, 't'), '{}');
      expect(await admin.send('POST', `/v1/users/${encodeURIComponent(user)}/erase`, '{}')).toMatchObject({ status: 200 });
      for (const client of [other, owner]) expect(await client.send('GET', path(user, 't'))).toMatchObject({ status: 404 });
    }
  });

  const users = ['@u1:example.org', '@u2:example.org', '@u3:example.org', '@u4:example.org'];

  for (const killed of ['other', 'owner'] as const) {
    it(`loses nothing acknowledged when the ${killed} is killed, and replaces it`, async () => {
      await both();
      const load = loadGenerator(users.map((user) => user.replace('@', `@${killed}-`)), tokens.service);
      const before = await pids();
      const running = load.run(server.url);
      await waitUntil('some changes', () => (load.acknowledged.length >= 200 ? true : undefined));
      process.kill(before[killed], 'SIGKILL');
      await waitUntil('the process to be replaced', async () => ((await pids())[killed] === before[killed] ? undefined : true));
      load.stop();
      await running;
      const { owner, other } = await both();
      for (const client of [owner, other]) expect(await client.send('PUT', path(alice, killed), '{}')).toMatchObject({ status: 200 });
      const kept = new Set<string>();
      for (const user of users) for (const { userId, serial } of await loggedChanges(folder, user.replace('@', `@${killed}-`))) kept.add(`${userId} ${String(serial)}`);
      for (const { userId, serial } of load.acknowledged) expect(kept).toContain(`${userId} ${String(serial)}`);
    });
  }

  it('ends all processes when it is stopped', async () => {
    const { owner, other } = await pids();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect([owner, other].filter(runs)).toEqual([]);
    expect(await readLocalServer(folder.data)).toBeUndefined();
  });

  it('ends all processes also where one is only about to start', async () => {
    server = await startServer(folder);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it('allows a token no more than its rate over all processes, each of which answers; and ends when the one that started them is killed', async () => {
    const burst = 30;
    await folder.configure({ ...exampleConfig, server: { ...exampleConfig.server, processes: 2 }, limits: { requests_per_second: 1, request_burst: burst } });
    server = await startServer(folder);
    await waitUntil('the other process', () => (server.program.errors().includes('beside the owner') ? true : undefined));
    const began = performance.now();
    const clients = await both(tokens.alice, alice);
    const answers: Array<{ readonly status: number; readonly answeredBy: string }> = [];
    for (let n = 0; n < 2 * burst; n += 1) answers.push(await clients[n % 2 === 0 ? 'owner' : 'other'].send('GET', path(alice, 't')));
    const [allowed, refused] = [answers.filter(({ status }) => status !== 429), answers.filter(({ status }) => status === 429)];
    expect(allowed.length).toBeLessThanOrEqual(burst + Math.ceil((performance.now() - began) / 1_000));
    for (const some of [allowed, refused]) expect(new Set(some.map(({ answeredBy }) => answeredBy)).size).toBe(2);

    const { owner, other } = await pids();
    await server.killAtOnce();
    await waitUntil('both processes to end', () => (runs(owner) || runs(other) ? undefined : true));
  });
});
