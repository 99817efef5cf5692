import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.close();
});

/** Sends lines of a header as they are; gives what came back until the server closed the connection. */
const send = (...lines: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(received);
    });
    socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  });

const authorization = `Authorization: Bearer ${tokens.admin}`;

describe('a request', () => {
  it('without a Host is refused in the form of the API it asks', async () => {
    const matrix = await send('GET /_matrix/client/versions HTTP/1.1');
    expect(matrix).toMatch(/^HTTP\/1\.1 400 /);
    expect(matrix).toContain('"errcode":"M_UNKNOWN"');
    const service = await send('GET /v1/modules HTTP/1.1', authorization);
    expect(service).toMatch(/^HTTP\/1\.1 400 /);
    expect(service).toContain('"code":"invalid_request"');
  });

  it.each([
    ['/_matrix/client/versions', '"errcode":"M_UNKNOWN"'],
    ['/v1/modules', '"code":"invalid_request"'],
  ])('for %s with two Hosts is refused (RFC 9112, 3.2)', async (path, body) => {
    const answer = await send(`GET ${path} HTTP/1.1`, 'Host: one.example.org', 'HOST: two.example.org', authorization);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain(body);
  });

  it('of HTTP/1.0 needs none', async () => {
    expect(await send('GET /_matrix/client/versions HTTP/1.0')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('for a tunnel is refused with JSON', async () => {
    const answer = await send('CONNECT example.org:443 HTTP/1.1', 'Host: example.org:443');
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain('"errcode":"M_UNRECOGNIZED"');
  });

  it('without a good token is told by /v1 which kind it takes (RFC 9110, 11.6.1; RFC 6750, 3)', async () => {
    expect(await server.ask(null, { path: '/v1/modules' })).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(await server.ask('nonsense', { path: '/v1/modules' })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  });

  it('that expects what no server does is refused with JSON', async () => {
    const answer = await send('GET /_matrix/client/versions HTTP/1.1', 'Host: x', 'Expect: a-miracle');
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toContain('"errcode":"M_UNKNOWN"');
  });
});

describe('an answer', () => {
  const user = '@alice:example.org';

  it.each([
    '/_matrix/client/v3/sync',
    '/_matrix/client/v3/account/whoami',
    `/_matrix/client/v3/user/${user}/account_data/absent`,
    `/v1/users/${user}/state`,
    `/v1/users/${user}/account_data/absent`,
    `/v1/feed?user_id=${user}&after=start&heartbeat=1000`,
    `/v1/export?user_id=${user}`,
    '/v1/modules',
    '/no/such/path',
    '/readyz',
    '/docs',
  ])('is kept by nobody, is what it says it is, and can be read by a page: %s', async (path) => {
    for (const token of [tokens.alice, 'no-such-token', undefined]) {
      const gone = new AbortController();
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.url}${path}`, { headers, signal: gone.signal });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
        expect.arrayContaining(['Retry-After', 'X-Request-Id', 'Account-Data-Position']),
      );
      gone.abort();
    }
  });

  it('tells the position to known tokens only', async () => {
    const state = `/v1/users/${user}/state`;
    expect((await server.ask(tokens.alice, { path: state })).headers).toHaveProperty('account-data-position');
    expect((await server.ask(tokens.alice, { path: '/v1/modules' })).headers).toHaveProperty('account-data-position');
    for (const path of [state, '/_matrix/client/versions', '/healthz', '/readyz', '/docs', '/no/such/path']) {
      for (const token of [null, 'no-such-token']) {
        for (const method of ['GET', 'PUT', 'OPTIONS']) {
          const answer = await server.ask(token, { method, path, ...(method === 'PUT' ? { body: '{}' } : {}) });
          expect(answer.headers).not.toHaveProperty('account-data-position');
        }
      }
    }
  });
});
