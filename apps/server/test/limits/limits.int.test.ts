import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

const theme = '/_matrix/client/v3/user/@alice:example.org/account_data/org.example.theme';

const put = (server: TestServer, path = theme) => server.ask(tokens.alice, { method: 'PUT', path, body: '{"a":1}' });

/** What comes back on a connection of our own until the server ends it. */
const sent = (server: TestServer, text: string): Promise<string> =>
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
    socket.write(text);
  });

describe('the rate of a token', () => {
  it('is limited where it is configured: 429 with Retry-After, in the form of each API, and nothing appended', async () => {
    const server = await startTestServer({ limits: { requestsPerSecond: 0.001, requestBurst: 2 } });
    expect(await put(server)).toMatchObject({ status: 200 });
    expect(await put(server)).toMatchObject({ status: 200 });
    const head = await server.head();
    const refused = await put(server);
    expect(refused).toMatchObject({ status: 429, json: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: expect.any(Number) as number } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const service = await server.ask(tokens.alice, { path: '/v1/users/@alice:example.org/state' });
    expect(service).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    expect(Number(service.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(await server.head()).toBe(head);
    expect(await server.ask(tokens.bob, { path: '/_matrix/client/v3/account/whoami' })).toMatchObject({ status: 200 });
    expect((await server.ask(null, { path: '/metrics' })).text).toContain('account_data_http_refused_total{reason="rate"} 2');
    await server.close();
  });
});

describe('a server that has too much to do', () => {
  it('answers 503 with Retry-After, and goes on with what it has begun', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime, flushDelay: 300 });
    const server = await startTestServer({ store, limits: { requestsInFlight: 1 } });
    const first = put(server);
    await expect.poll(async () => (await put(server, `${theme}.other`)).status, { timeout: 10_000 }).toBe(503);
    expect(await first).toMatchObject({ status: 200 });
    const refused = await Promise.all([put(server), put(server), put(server)]);
    expect(refused.filter(({ status }) => status === 503).map(({ headers }) => headers['retry-after'])).toContain('1');
    await server.close();
  });
});

describe('streams', () => {
  it('are limited for each token', async () => {
    const server = await startTestServer({ limits: { eventStreamsPerToken: 1 } });
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${tokens.service}` };
    const open = await fetch(`${server.url}/v1/feed`, { headers, signal: gone.signal });
    expect(open.status).toBe(200);
    expect(await server.ask(tokens.service, { path: '/v1/feed' })).toMatchObject({ status: 429, json: { code: 'too_many_streams' } });
    expect((await server.ask(null, { path: '/metrics' })).text).toContain('account_data_http_refused_total{reason="event_streams"} 1\n');
    gone.abort();
    await expect.poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain('account_data_event_streams 0\n');
    await server.close();
  });
});

describe('slow clients', () => {
  it('are cut off where the header does not arrive in time', async () => {
    const server = await startTestServer({ server: { requestTimeout: 200 } });
    const answer = await sent(server, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await server.close();
  });

  it('are cut off where the body does not, and nothing of it counts as in flight', async () => {
    const server = await startTestServer({ server: { requestTimeout: 200 } });
    const head = await server.head();
    const answer = await sent(server, `PUT ${theme} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.alice}\r\nContent-Length: 100\r\n\r\n{"a":`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('"errcode":"M_UNKNOWN"');
    const service = await sent(server, `POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.alice}\r\nContent-Length: 100\r\n\r\n{`);
    expect(service).toMatch(/^HTTP\/1\.1 408 /);
    expect(service).toContain('"code":"request_timeout"');
    expect(await server.head()).toBe(head);
    expect(server.logged()).not.toContain('failed unexpectedly');
    await expect
      .poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 })
      .toContain('account_data_http_requests_in_flight 1\n');
    await server.close();
  });
});

describe('a server that stops', () => {
  it('finishes what is in flight, takes no new connections, and is done in time', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime, flushDelay: 300 });
    const server = await startTestServer({ store });
    const inFlight = put(server);
    await expect.poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain('account_data_http_requests_in_flight 2\n');
    const closed = server.close();
    expect(await inFlight).toMatchObject({ status: 200 });
    await closed;
    await expect(server.ask(null, { path: '/healthz' })).rejects.toThrow('ECONNREFUSED');
  });

  it('takes in a body that is still coming, and answers it', async () => {
    const server = await startTestServer();
    const body = '{"a":"in pieces"}';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    const gone = new Promise<void>((resolve) => socket.once('close', () => { resolve(); }));
    socket.on('error', () => undefined);
    socket.write(`PUT ${theme} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.alice}\r\nContent-Length: ${String(body.length)}\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = server.close();
    for (const piece of body) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (!socket.destroyed) socket.write(piece);
    }
    await gone;
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    await closed;
  });

  it('does not wait long for a body that has stopped coming', async () => {
    const server = await startTestServer();
    const stalled = sent(server, `PUT ${theme} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokens.alice}\r\nContent-Length: 100\r\n\r\n{"a":`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = Date.now();
    await server.close();
    await stalled;
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('lets go of connections that never asked anything', async () => {
    const server = await startTestServer();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const gone = new Promise<void>((resolve) => socket.once('close', () => { resolve(); }));
    socket.resume();
    await server.close();
    await gone;
  });
});
