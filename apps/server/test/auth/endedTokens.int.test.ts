import { transferContentType } from '@account-data/service-api';
import { sha256Hex, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolderTokens } from '../../src/auth/dataFolderTokens.js';
import { homeserverTokens } from '../../src/auth/homeserverTokens.js';
import { jwtTokens } from '../../src/auth/jwtTokens.js';
import { addToTokenFile } from '../../src/auth/tokenFile.js';
import type { TokenSource } from '../../src/auth/TokenSource.js';
import { laggingStore } from '../support/laggingStore.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

/** What the README promises, in milliseconds. */
const promised = 10_000;

let folder: string;
let others: ReadonlyArray<Server>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-tokens-'));
  others = [];
});

afterEach(async () => {
  for (const other of others) other.close();
  await rm(folder, { recursive: true, force: true });
});

const serve = async (handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
  const started = createServer(handler);
  others = [...others, started];
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? String(address.port) : ''}`;
};

const folderSource = (): Promise<TokenSource> =>
  dataFolderTokens(folder, systemRuntime.clock, (message) => {
    throw new Error(message);
  });

const addToken = async (token: string, role: 'admin' | 'auditor'): Promise<void> => {
  const added = await addToTokenFile(folder, { sha256: sha256Hex(token), role })();
  if (E.isLeft(added)) throw new Error(added.left.message);
};

/** A feed as it is read: `ended` is settled with the milliseconds that it was open for since it was asked. */
const feed = async (server: TestServer, token: string, query = '') => {
  const answer = await fetch(`${server.url}/v1/feed${query}`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  const ended = answer.text().then(() => performance.now());
  return { ended };
};

const after = async (ended: Promise<number>, begun: number): Promise<number> => (await ended) - begun;

describe('what goes on with a token', () => {
  it('ends where the token is removed from the data folder: feeds, exports, imports, long polls, and every wait', async () => {
    await addToken('removed', 'admin');
    await addToken('kept', 'admin');
    const { store, runAhead } = laggingStore();
    const server = await startTestServer({ store, tokens: [await folderSource()] });
    const text = 'x'.repeat(60_000);
    for (let n = 0; n < 400; n += 1) await server.engine.setAccountData('@alice:example.org', null, `org.example.t${String(n)}`, { text });
    const headers = { authorization: 'Bearer removed' };
    const since = (await server.ask('kept', { path: '/_matrix/client/v3/sync?user_id=@alice:example.org' })).json as { readonly next_batch: string };
    // A position that the log has, and this server will not come to.
    const future = `${await runAhead()}_${server.engine.logId}`;

    const [removed, kept] = [await feed(server, 'removed'), await feed(server, 'kept')];
    // An export that its reader has not read on.
    const exporting = await new Promise<IncomingMessage>((resolve) => get(`${server.url}/v1/export`, { headers }, resolve));
    const body = new ReadableStream<Uint8Array>({ start: (controller) => { controller.enqueue(new TextEncoder().encode(' \n')); } });
    const waits = {
      sync: fetch(`${server.url}/_matrix/client/v3/sync?user_id=@alice:example.org&timeout=60000&since=${since.next_batch}`, { headers }),
      'sync of a future': fetch(`${server.url}/_matrix/client/v3/sync?user_id=@alice:example.org&timeout=60000&since=s${future}`, { headers }),
      position: fetch(`${server.url}/v1/history`, { headers: { ...headers, 'account-data-wait-for': future, prefer: 'wait=30' } }),
      room: fetch(`${server.url}/v1/rooms/!room:example.org/events?wait=30000`, { headers }),
      import: fetch(`${server.url}/v1/import`, { method: 'POST', headers: { ...headers, 'content-type': transferContentType }, body, duplex: 'half' }),
    };
    await expect
      .poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 })
      .toMatch(/account_data_long_polls 2\n[^]*account_data_position_waits 1\n[^]*account_data_event_streams 4\n/);

    const file = join(folder, 'tokens.json');
    const written = JSON.parse(await readFile(file, 'utf8')) as { readonly tokens: ReadonlyArray<{ readonly token_sha256: string }> };
    await writeFile(file, JSON.stringify({ ...written, tokens: written.tokens.filter(({ token_sha256: digest }) => digest !== sha256Hex('removed')) }));
    const begun = performance.now();
    const statuses = await Promise.all(Object.entries(waits).map(async ([name, answer]) => [name, (await answer).status]));
    expect(Object.fromEntries(statuses)).toEqual({ sync: 401, 'sync of a future': 401, position: 401, room: 401, import: 401 });
    expect(await after(removed.ended, begun)).toBeLessThan(promised);
    await expect.poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain('account_data_event_streams 1\n');
    expect(performance.now() - begun).toBeLessThan(promised);
    let exported = '';
    for await (const chunk of exporting.setEncoding('utf8')) exported += String(chunk);
    // Without its last line, an export says that it was cut off.
    expect(exported.trimEnd().split('\n').length).toBeLessThan(400);
    // Nobody else is disturbed.
    const end = kept.ended.then(() => 'ended');
    await server.engine.setAccountData('@alice:example.org', null, 'org.example.more', { a: 1 });
    expect(await Promise.race([end, new Promise((resolve) => setImmediate(resolve, 'open'))])).toBe('open');
    await server.close();
    await end;
  });

  it('ends where the token\'s role has changed', async () => {
    await addToken('changing', 'admin');
    const server = await startTestServer({ tokens: [await folderSource()] });
    const { ended } = await feed(server, 'changing');
    await rm(join(folder, 'tokens.json'));
    await addToken('changing', 'auditor');
    expect(await after(ended, performance.now())).toBeLessThan(promised);
    expect(await server.ask('changing', { path: '/v1/modules' })).toMatchObject({ status: 200 });
    expect(await server.ask('changing', { method: 'PUT', path: '/v1/users/@alice:example.org/account_data/t', body: '{}' })).toMatchObject({ status: 403 });
    await server.close();
  });

  it('ends when a JSON Web Token has expired', async () => {
    const keys = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: '1', alg: 'ES256', use: 'sig' }] });
    const url = await serve((_request, response) => response.setHeader('content-type', 'application/json').end(jwks));
    const config = { jwksUrl: `${url}/jwks`, issuer: 'i', audience: 'a', roleClaim: 'role', userIdClaim: 'sub' };
    const server = await startTestServer({ tokens: [jwtTokens(config, systemRuntime.clock)] });
    const token = (lifetime: string): Promise<string> =>
      new SignJWT({ role: 'user' }).setProtectedHeader({ alg: 'ES256', kid: '1' }).setIssuer('i').setAudience('a').setSubject('@alice:example.org').setExpirationTime(lifetime).sign(keys.privateKey);
    const [short, long] = [await feed(server, await token('1s'), '?user_id=@alice:example.org'), await feed(server, await token('1h'), '?user_id=@alice:example.org')];
    expect(await after(short.ended, performance.now() + 1_000)).toBeLessThan(promised);
    const end = long.ended.then(() => 'ended');
    expect(await Promise.race([end, new Promise((resolve) => setImmediate(resolve, 'open'))])).toBe('open');
    await server.close();
    await end;
  });

  it('ends when a homeserver knows the token no more, after the time that its answers are believed', async () => {
    let loggedOut = false;
    const url = await serve((_request, response) => {
      if (loggedOut) response.writeHead(401).end('{}');
      else response.end('{"user_id":"@alice:example.org"}');
    });
    const cacheTime = 1_000;
    const server = await startTestServer({ tokens: [homeserverTokens({ url, cacheTime }, systemRuntime.clock)] });
    const { ended } = await feed(server, 'syt_alice', '?user_id=@alice:example.org');
    loggedOut = true;
    expect(await after(ended, performance.now() + cacheTime)).toBeLessThan(promised);
    await server.close();
  });

  it('goes on with a token of the configuration, which stands until the server ends', async () => {
    const server = await startTestServer();
    const { ended } = await feed(server, tokens.service);
    await server.close();
    await ended;
  });
});
