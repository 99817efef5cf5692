import * as E from 'fp-ts/lib/Either.js';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/loadConfig.js';
import { makeLogger } from '../src/observability/logging.js';
import { startServer } from '../src/startServer.js';
import type { RunningServer } from '../src/startServer.js';
import { rawHttp } from './support/rawHttp.js';

let cwd: string;
const running: Array<RunningServer> = [];

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-server-'));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await rm(cwd, { recursive: true, force: true });
});

interface Started {
  readonly server: RunningServer;
  readonly printed: string;
  readonly logged: () => string;
}

const start = async (yaml = '', env: Readonly<Record<string, string>> = {}, lines: Array<string> = []): Promise<Started> => {
  await writeFile(join(cwd, 'account-data.yaml'), yaml);
  const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0', ...env }, cwd })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  const printed: Array<string> = [];
  const server = await startServer(config.right, {
    env,
    logger: makeLogger('info', { write: (line) => void lines.push(line) }),
    print: (text) => void printed.push(text),
  });
  running.push(server);
  return { server, printed: printed.join('\n'), logged: () => lines.join('') };
};

const stop = async ({ server }: Started): Promise<void> => {
  running.splice(running.indexOf(server), 1);
  await server.close();
};

const tokenIn = (printed: string): string => {
  const [token] = /adt_[\w-]+/.exec(printed) ?? [];
  if (token === undefined) throw new Error('No token was printed.');
  return token;
};

const allIn = async (folder: string): Promise<ReadonlyArray<string>> => [
  folder,
  ...(await readdir(folder, { recursive: true, withFileTypes: true })).map(({ parentPath, name }) => join(parentPath, name)),
];

/** What is in a folder, itself included, that group or others may do anything with. */
const othersMayOpen = async (folder: string): Promise<ReadonlyArray<string>> => {
  const modes = await Promise.all((await allIn(folder)).map(async (path) => [path, (await stat(path)).mode] as const));
  return modes.filter(([, mode]) => (mode & 0o077) !== 0).map(([path]) => path);
};

const theme = '/_matrix/client/v3/user/@alice:example.org/account_data/org.example.theme';

describe('the server on the embedded store', () => {
  it('prints a token at the first start, and keeps state, history and token over a restart', async () => {
    const first = await start();
    const token = tokenIn(first.printed);
    const headers = { authorization: `Bearer ${token}` };
    expect(first.printed).toContain(`curl -X PUT -H 'Authorization: Bearer ${token}'`);
    expect(first.logged()).not.toContain(token);
    expect(await rawHttp(first.server.url, { method: 'PUT', path: theme, headers, body: '{"theme":"dark"}' })).toMatchObject({ status: 200 });
    expect(await readdir(join(cwd, 'data'))).toEqual(expect.arrayContaining(['log', 'projection', 'tokens.json']));
    expect(await othersMayOpen(join(cwd, 'data'))).toEqual([]);
    await stop(first);
    for (const path of await allIn(join(cwd, 'data'))) await chmod(path, (await stat(path)).isDirectory() ? 0o755 : 0o644);

    const second = await start();
    expect(second.printed).not.toContain('adt_');
    expect(await othersMayOpen(join(cwd, 'data'))).toEqual([]);
    expect(second.logged()).toContain('Other users could open the data folder');
    expect(await rawHttp(second.server.url, { path: theme, headers })).toMatchObject({ status: 200, json: { theme: 'dark' } });
    expect(second.server.engine.logId).toBe(first.server.engine.logId);
    const { entries } = await second.server.engine.history('@alice:example.org');
    expect(entries).toMatchObject([{ content: { theme: 'dark' }, actor: { kind: 'admin', id: 'first-start' } }]);
    expect(await rawHttp(second.server.url, { path: '/readyz' })).toMatchObject({ status: 200, json: { ready: true } });
    expect(await rawHttp(second.server.url, { path: '/healthz' })).toMatchObject({ status: 200, json: { status: 'ok' } });
    const metrics = await rawHttp(second.server.url, { path: '/metrics' });
    expect(metrics.text).toContain('account_data_http_requests_total{method="GET",route="/_matrix/client/v3/user/:userId/account_data/:type",status="200"} 1');
    expect(metrics.text).toMatch(/account_data_http_request_duration_seconds_bucket\{[^}]*le="\+Inf"[^}]*\} 1\n/);
    expect(metrics.text).toContain('account_data_projection_ready 1');
    expect(metrics.text).toMatch(/account_data_projection_events_total [1-9]\d*\n/);
    for (const name of ['folder_bytes{part="log"}', 'folder_bytes{part="projection"}', 'folder_free_bytes']) {
      expect(Number(metrics.text.split('\n').find((line) => line.startsWith(`account_data_${name} `))?.split(' ')[1])).toBeGreaterThan(0);
    }
    expect(metrics.text).toContain('nodejs_eventloop_lag_seconds');
    expect(metrics.text).not.toContain('alice');
  });

  it('shows the first token also where the start before failed, because its address was taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    await expect(start('', { ACCOUNT_DATA_PORT: port })).rejects.toMatchObject({ code: 'address_in_use' });
    await new Promise((resolve) => other.close(resolve));

    const started = await start();
    const headers = { authorization: `Bearer ${tokenIn(started.printed)}` };
    expect(started.printed.indexOf('listens at')).toBeLessThan(started.printed.indexOf('adt_'));
    expect(await rawHttp(started.server.url, { method: 'PUT', path: theme, headers, body: '{}' })).toMatchObject({ status: 200 });
  });

  it('refuses users of other servers where server_name is set', async () => {
    const started = await start('server_name: example.org');
    const headers = { authorization: `Bearer ${tokenIn(started.printed)}` };
    const elsewhere = theme.replace('example.org', 'elsewhere.org');
    expect(await rawHttp(started.server.url, { method: 'PUT', path: elsewhere, headers, body: '{}' })).toMatchObject({
      status: 403,
      json: { errcode: 'M_FORBIDDEN' },
    });
    expect(await rawHttp(started.server.url, { method: 'PUT', path: theme, headers, body: '{}' })).toMatchObject({ status: 200 });
    const whoami = '/_matrix/client/v3/account/whoami?user_id=';
    expect(await rawHttp(started.server.url, { path: `${whoami}@alice:elsewhere.org`, headers })).toMatchObject({
      status: 403,
      json: { errcode: 'M_FORBIDDEN' },
    });
    expect(await rawHttp(started.server.url, { path: `${whoami}@alice:example.org`, headers })).toMatchObject({ status: 200 });
  });

  it('delivers to the configured modules, given as files or packages', async () => {
    await mkdir(join(cwd, 'modules'));
    await writeFile(
      join(cwd, 'modules', 'probe.mjs'),
      `export const module = {
        name: 'probe',
        parseConfig: (config) => config,
        setUp: (config, api) => api.registerAccountDataCallbacks({
          onAccountDataUpdated: (userId, roomId, type, content) => {
            if (content.bad) throw new Error('no');
            globalThis[config.list].push([userId, roomId, type, content]);
          },
        }),
      };`,
    );
    const heard: Array<unknown> = [];
    Object.assign(globalThis, { heardByProbe: heard });
    const { server } = await start('auth: { tokens: [ { token: t, role: admin } ] }\nmodules: [ { module: ./modules/probe.mjs, config: { list: heardByProbe }, on_failure: { policy: park, attempts: 1 } } ]');
    const path = '/v1/users/@alice:example.org/account_data/org.example.theme?await=modules';
    expect(await rawHttp(server.url, { method: 'PUT', path, headers: { authorization: 'Bearer t' }, body: '{"a":1}' })).toMatchObject({ status: 200, json: { delivery: 'done' } });
    expect(heard).toEqual([['@alice:example.org', null, 'org.example.theme', { a: 1 }]]);
    const modules = await rawHttp(server.url, { path: '/v1/modules', headers: { authorization: 'Bearer t' } });
    expect(modules.json).toMatchObject({ modules: [{ name: 'probe', state: 'joined', deliveries: 1, failures: 0 }] });
    expect(await rawHttp(server.url, { method: 'PUT', path, headers: { authorization: 'Bearer t' }, body: '{"bad":1}' })).toMatchObject({ status: 200, json: { delivery: 'parked' } });
  });
});

describe('modules\' messages', () => {
  it('go to the homeserver where one is configured', async () => {
    const received: Array<{ readonly url: string; readonly authorization: string | undefined; readonly body: unknown }> = [];
    const homeserver = createServer((request, response) => {
      const chunks: Array<Buffer> = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({
          url: request.url ?? '',
          authorization: request.headers.authorization,
          body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown,
        });
        response.setHeader('content-type', 'application/json').end('{"event_id":"$sent"}');
      });
    });
    await new Promise<void>((resolve) => homeserver.listen(0, '127.0.0.1', resolve));
    const address = homeserver.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { server } = await start(`
auth: { tokens: [ { token: t, role: admin } ] }
rooms: { homeserver: "http://127.0.0.1:${port}/", access_token: syt_auditor }
modules: [ { module: "@account-data/module-audit-room", config: { audit_room: "!audit:example.org", sender: "@auditor:example.org" } } ]`);
    await rawHttp(server.url, {
      method: 'PUT',
      path: '/v1/users/@alice:example.org/account_data/org.example.theme?await=modules',
      headers: { authorization: 'Bearer t' },
      body: '{"theme":"dark"}',
    });
    expect(received).toMatchObject([
      {
        url: expect.stringContaining('/_matrix/client/v3/rooms/!audit%3Aexample.org/send/m.room.message/') as string,
        authorization: 'Bearer syt_auditor',
        body: { msgtype: 'm.text', body: '@alice:example.org has changed their account data for type org.example.theme to: {"theme": "dark"}' },
      },
    ]);
    homeserver.closeAllConnections();
    await new Promise<void>((resolve) => homeserver.close(() => { resolve(); }));
  });
});

describe('erasing a user', () => {
  it('leaves no byte of the user in the data folder', async () => {
    const secret = 'the-secret-of-nobody-else';
    const started = await start('auth: { tokens: [ { token: t, role: admin } ] }');
    const headers = { authorization: 'Bearer t' };
    const { url } = started.server;
    await rawHttp(url, { method: 'PUT', path: theme, headers, body: JSON.stringify({ secret }) });
    await rawHttp(url, { method: 'PUT', path: theme.replace('alice', 'bob'), headers, body: '{"kept":true}' });
    const receipt = await rawHttp(url, { method: 'POST', path: '/v1/users/@alice:example.org/erase', headers });
    expect(receipt).toMatchObject({ status: 200, json: { final: true } });
    const { steps } = receipt.json as { readonly steps: ReadonlyArray<{ readonly step: string; readonly remains: ReadonlyArray<string> }> };
    expect(steps.find(({ step }) => step === 'log')?.remains.join()).toContain('Backups');
    await stop(started);
    for (const file of await readdir(join(cwd, 'data'), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = await readFile(join(file.parentPath, file.name));
      expect(bytes.includes(secret), `${file.name} holds the secret`).toBe(false);
    }
    const again = await start('auth: { tokens: [ { token: t, role: admin } ] }');
    expect(await rawHttp(again.server.url, { path: theme, headers })).toMatchObject({ status: 404 });
    expect(await rawHttp(again.server.url, { path: theme.replace('alice', 'bob'), headers })).toMatchObject({ json: { kept: true } });
  });
});

describe('a server that can\'t start says why', () => {
  it.each([
    ['modules: [ { module: "@account-data/module-audit-room", config: { sender: "@auditor:example.org" } } ]', "modules[0].config.audit_room: 'audit_room' is required"],
    ['modules: [ { module: "./nowhere.mjs" } ]', 'modules[0].module'],
    ['modules: [ { module: "no-such-package" } ]', 'modules[0].module'],
  ])('%s', async (yaml, message) => {
    await expect(start(yaml)).rejects.toThrow(message);
    await expect(stat(join(cwd, 'data', 'tokens.json'))).rejects.toThrow('ENOENT');
  });

  it('where its data folder has another owner', async () => {
    await start();
    const refused: unknown = await start().catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ServerStartError', code: 'store_locked' });
    // In the words of those who run servers.
    expect(String(refused)).toContain(`owns the data folder ${join(cwd, 'data')}:`);
    expect(String(refused)).toContain('ACCOUNT_DATA_DIR');
    expect(String(refused)).not.toContain("mode 'auto'");
  });

  it('where its data folder is a file, which is named as it was given', async () => {
    await writeFile(join(cwd, 'plain'), '');
    await expect(start('', { ACCOUNT_DATA_DIR: 'plain' })).rejects.toThrow(`${join(cwd, 'plain')} is a file, not a folder.`);
  });

  it('where EventStoreDB is not there: at once what it waits for, in the end what to do', async () => {
    const logged: Array<string> = [];
    const starting = start('', { EVENTSTOREDB_URL: 'esdb://127.0.0.1:1?tls=false' }, logged).catch((error: unknown) => error);
    await expect.poll(() => logged.join(''), { timeout: 10_000 }).toContain('EventStoreDB has not answered yet; still trying.');
    const refused: unknown = await starting;
    expect(refused).toMatchObject({ code: 'store_unavailable' });
    expect(String(refused)).toContain('EVENTSTOREDB_URL');
    expect(String(refused)).not.toContain('Resolution note');
  });

  it('where its address is taken', async () => {
    const { server } = await start();
    const port = new URL(server.url).port;
    await expect(start('', { ACCOUNT_DATA_PORT: port, ACCOUNT_DATA_DIR: 'other' })).rejects.toMatchObject({
      code: 'address_in_use',
      message: expect.stringContaining('ACCOUNT_DATA_PORT') as string,
    });
    const elsewhere = await start('', { ACCOUNT_DATA_DIR: 'other' });
    expect(elsewhere.server.url).not.toBe(server.url);
  });

  it('where OpenTelemetry is configured in a way that it can\'t be', async () => {
    await expect(start('', { OTEL_TRACES_EXPORTER: 'zipkin' })).rejects.toThrow('OTEL_TRACES_EXPORTER');
  });
});
