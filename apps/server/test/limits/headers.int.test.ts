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
