import { transferContentType } from '@account-data/service-api';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

const theme = '/_matrix/client/v3/user/@alice:example.org/account_data/org.example.theme';

/** Sends a text over a connection of its own; `received` is all that came back, once the server has closed it. */
const connection = (server: TestServer, text: string): { readonly socket: Socket; readonly received: Promise<string> } => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  return {
    socket,
    received: new Promise((resolve) => {
      socket.on('close', () => {
        resolve(answer);
      });
    }),
  };
};

/** A request whose body never ends, a byte at a time. Resolved with what was answered, once the server has cut it off. */
const trickling = async (server: TestServer, path: string, token: string | undefined, method = 'POST'): Promise<string> => {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  const { socket, received } = connection(
    server,
    `${method} ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: ${transferContentType}\r\nContent-Length: 100000\r\n\r\n`,
  );
  const byte = setInterval(() => socket.write(' '), 50);
  try {
    return await received;
  } finally {
    clearInterval(byte);
  }
};

describe('bodies', () => {
  it('that call themselves a stream are read whole where no stream is taken, whatever they call themselves', async () => {
    const server = await startTestServer();
    const headers = { 'content-type': transferContentType };
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, headers, body: '{"a":1}' })).toMatchObject({ status: 200 });
    await server.close();
  });

  it('may be written in escapes: what counts is the content', async () => {
    const server = await startTestServer({ limits: { maxContentBytes: 50_100 } });
    const escaped = `{"a":"${'\\u0436'.repeat(25_000)}"}`;
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: escaped })).toMatchObject({ status: 200 });
    const more = `{"a":"${'\\u0436'.repeat(26_000)}"}`;
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: more })).toMatchObject({ status: 413, json: { errcode: 'M_TOO_LARGE' } });
    await server.close();
  });

  it.each([
    ['/nope', undefined, 404],
    ['/nope', tokens.alice, 408],
    [theme, tokens.alice, 408],
    ['/v1/import', undefined, 401],
    ['/v1/import', 'no-such-token', 401],
    ['/v1/import', tokens.alice, 403],
  ])('that trickle in to %s with the token %s are cut off and answered', async (path, token, status) => {
    const server = await startTestServer({ server: { requestTimeout: 300 } });
    const answer = await trickling(server, path, token);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    await server.close();
  });
});

describe('codings of bodies that this server does not undo', () => {
  const sent = (server: TestServer, path: string, token: string, header: string): Promise<string> =>
    connection(
      server,
      `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${header}\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n`,
    ).received;

  it.each([
    [theme, 'Transfer-Encoding: gzip, chunked', 501, '"errcode":"M_UNKNOWN"'],
    [theme, 'Transfer-Encoding: chunked\r\nContent-Encoding: gzip', 415, '"errcode":"M_NOT_JSON"'],
    ['/v1/commands', 'Transfer-Encoding: gzip, chunked', 501, '"code":"unsupported_transfer_coding"'],
    ['/v1/commands', 'Transfer-Encoding: chunked\r\nContent-Encoding: br', 415, '"code":"unsupported_content_coding"'],
  ])('%s with %s is refused', async (path, header, status, body) => {
    const server = await startTestServer();
    const answer = await sent(server, path, tokens.admin, header);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    expect(answer).toContain(body);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    await server.close();
  });

  it('are not missed where they are none', async () => {
    const server = await startTestServer();
    const headers = { 'content-encoding': 'identity' };
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, headers, body: '{"a":1}' })).toMatchObject({ status: 200 });
    await server.close();
  });
});

describe('bodies that are on their way', () => {
  it('are so many and no more: who comes then is told to come again', async () => {
    const server = await startTestServer({ limits: { bodiesArriving: 3 }, server: { requestTimeout: 2_000 } });
    const slow = [tokens.admin, tokens.bob, tokens.service].map((token) => trickling(server, '/v1/commands', token));
    await expect.poll(() => server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{}' }), { timeout: 1_500 }).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1', connection: 'close' },
      json: { errcode: 'M_UNKNOWN' },
    });
    expect(await server.ask(tokens.admin, { method: 'POST', path: '/v1/commands', body: '{}' })).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    // What has no body is none of them.
    expect(await server.ask(tokens.alice, { path: theme })).toMatchObject({ status: 404 });
    expect((await server.ask(null, { path: '/metrics' })).text).toMatch(/account_data_http_refused_total\{reason="bodies"\} \d/);
    await Promise.all(slow);
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":1}' })).toMatchObject({ status: 200 });
    await server.close();
  });

  it('are so many of one token, and leave the server to others', async () => {
    const server = await startTestServer({ limits: { bodiesArrivingPerToken: 2 }, server: { requestTimeout: 2_000 } });
    const slow = Array.from({ length: 2 }, () => trickling(server, theme, tokens.alice, 'PUT'));
    await expect.poll(() => server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{}' }), { timeout: 1_500 }).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1', connection: 'close' },
      json: { errcode: 'M_LIMIT_EXCEEDED' },
    });
    expect(await server.ask(tokens.alice, { method: 'POST', path: '/v1/commands', body: '{}' })).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(await server.ask(tokens.bob, { method: 'PUT', path: theme.replace('alice', 'bob'), body: '{"a":1}' })).toMatchObject({ status: 200 });
    await Promise.all(slow);
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":1}' })).toMatchObject({ status: 200 });
    await server.close();
  });

  it('take no place where a stranger sends them, who is refused before they have come', async () => {
    const server = await startTestServer({ limits: { bodiesArriving: 1 }, server: { requestTimeout: 60_000 } });
    const headers = (token: string | undefined, length: number): string =>
      `Host: x\r\nContent-Length: ${String(length)}\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n{`;
    const first = ({ socket }: { readonly socket: Socket }): Promise<string> =>
      new Promise((resolve) => socket.once('data', (chunk: string) => { resolve(chunk); }));
    const strangers = ['PUT', 'POST', 'DELETE', 'GET'].flatMap((method) =>
      [undefined, 'no-such-token'].flatMap((token) =>
        [theme, '/v1/commands', '/nope', '/healthz', '/v1/openapi.json'].map((path) => connection(server, `${method} ${path} HTTP/1.1\r\n${headers(token, 100)}`)),
      ),
    );
    const answers = await Promise.all(strangers.map(first));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (401|404|405|200) /);
    // They still hold their connections, and nobody is kept from writing.
    expect(strangers.every(({ socket }) => !socket.destroyed)).toBe(true);
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":1}' })).toMatchObject({ status: 200 });
    // The rest of the body may come, and the connection goes on.
    const [one] = strangers;
    if (one === undefined) throw new Error('There is none.');
    const next = first(one);
    one.socket.write(`${' '.repeat(99)}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await next).toMatch(/^HTTP\/1\.1 200 /);
    // A long one is not awaited.
    const long = connection(server, `PUT ${theme} HTTP/1.1\r\n${headers('no-such-token', 100_000)}`);
    expect(await long.received).toMatch(/^HTTP\/1\.1 401 /);
    for (const { socket } of strangers) socket.destroy();
    await server.close();
  });

  it('are asked for by 100 Continue only where they are wanted', async () => {
    const server = await startTestServer();
    const put = (token: string): { readonly socket: Socket; readonly received: Promise<string> } =>
      connection(server, `PUT ${theme} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 7\r\n\r\n`);
    expect(await put('no-such-token').received).toMatch(/^HTTP\/1\.1 401 /);
    const known = put(tokens.alice);
    known.socket.once('data', () => known.socket.write('{"a":1}'));
    expect(await known.received).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    await server.close();
  });

  it('are cut off where they trickle in to a GET, too', async () => {
    const server = await startTestServer({ server: { requestTimeout: 300 } });
    expect(await trickling(server, theme, tokens.alice, 'GET')).toMatch(/^HTTP\/1\.1 404 /);
    await server.close();
  });
});

describe('HEAD on what is streamed', () => {
  it.each(['/v1/feed', '/v1/export'])('%s answers with the headers alone, and takes no place', async (path) => {
    const server = await startTestServer({ limits: { eventStreamsPerToken: 0 } });
    const answer = await fetch(`${server.url}${path}`, { method: 'HEAD', headers: { authorization: `Bearer ${tokens.admin}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(path === '/v1/feed' ? 'text/event-stream' : transferContentType);
    const get = await server.ask(tokens.admin, { path });
    expect(get).toMatchObject({ status: 429, json: { code: 'too_many_streams' } });
    await server.close();
  });
});

/** An import whose export comes line by line, and then stops coming. */
const importing = (server: TestServer, lines: ReadonlyArray<string>, signal?: AbortSignal): Promise<Response> =>
  fetch(`${server.url}/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': transferContentType },
    body: new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
      },
    }),
    duplex: 'half',
    ...(signal === undefined ? {} : { signal }),
  });

const exportOf = async (server: TestServer): Promise<ReadonlyArray<string>> => {
  await server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":1}' });
  return (await server.ask(tokens.admin, { path: '/v1/export' })).text.trimEnd().split('\n');
};

describe('an import that is refused amid its body', () => {
  it.each([
    ['a line that is no record', 'not a line of an export\n'],
    ['bytes that are no UTF-8', '\u0080'],
  ])('is answered at once, and its connection is closed when the rest does not come: %s', async (_, text) => {
    const server = await startTestServer({ server: { requestTimeout: 1_000 } });
    const { socket, received } = connection(
      server,
      `POST /v1/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.admin}\r\nContent-Type: ${transferContentType}\r\nContent-Length: 100000\r\n\r\n`,
    );
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(Buffer.from(text, 'latin1'));
    expect(await answered).toMatch(/^HTTP\/1\.1 400 [^]*"code":"import_refused"/);
    expect(socket.destroyed).toBe(false);
    await received;
    await server.close();
  });

  it('leaves its connection to the next request where the rest comes', async () => {
    const server = await startTestServer();
    const bad = 'not a line of an export\n';
    const { socket, received } = connection(
      server,
      `POST /v1/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.admin}\r\nContent-Type: ${transferContentType}\r\nContent-Length: 100000\r\n\r\n${bad}`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write(`${' '.repeat(100_000 - bad.length)}GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await received).toMatch(/^HTTP\/1\.1 400 [^]*HTTP\/1\.1 200 /);
    await server.close();
  });
});

describe('an import whose lines have stopped coming', () => {
  it('is answered 503 as soon as the server stops, with what was taken, and can be sent again', async () => {
    const server = await startTestServer();
    const exported = await exportOf(server);
    const answer = importing(server, exported.slice(0, -1));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = Date.now();
    const closed = server.close();
    const response = await answer;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'engine_closed', detail: expect.stringContaining('1 were there already. Send the whole export again') as string });
    await closed;
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('is answered 408 when they should have come, with what was taken, and its connection is closed', async () => {
    const server = await startTestServer({ server: { requestTimeout: 300 } });
    const exported = await exportOf(server);
    const response = await importing(server, exported.slice(0, -1));
    expect(response.status).toBe(408);
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toMatchObject({ code: 'request_timeout', detail: expect.stringContaining('1 were there already. Send the whole export again') as string });
    expect(await server.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":2}' })).toMatchObject({ status: 200 });
    await server.close();
  });

  it('is answered 200 where its last line had come before the server stops', async () => {
    const server = await startTestServer();
    const answer = importing(server, await exportOf(server));
    await new Promise((resolve) => setTimeout(resolve, 200));
    server.drain();
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ imported: 0, known: 1 });
    await server.close();
  });

  it('is no fault of the server\'s where its client goes away', async () => {
    const server = await startTestServer();
    const gone = new AbortController();
    const answer = importing(server, (await exportOf(server)).slice(0, -1), gone.signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
    gone.abort();
    await expect(answer).rejects.toThrow();
    const refused = 'account_data_http_requests_total{method="POST",route="/v1/import",status="400"} 1';
    await expect.poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain(refused);
    expect(server.logged()).not.toContain('failed unexpectedly');
    expect(server.logged()).toMatch(/"level":"info"[^\n]*"msg":"The client of an import has gone/);
    await server.close();
  });
});
