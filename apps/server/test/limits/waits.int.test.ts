import { describe, expect, it } from 'vitest';
import type { ServerLimits } from '../../src/config/ServerConfig.js';
import { laggingStore } from '../support/laggingStore.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

const whoami = { path: '/_matrix/client/v3/account/whoami' };

/** A server that lags behind its log, and a position that it has not reached. */
const startLagging = async (limits: Partial<ServerLimits>): Promise<{ readonly server: TestServer; readonly future: string }> => {
  const { store, runAhead } = laggingStore();
  const server = await startTestServer({ store, limits });
  return { server, future: `${await runAhead()}_${server.engine.logId}` };
};

const countOf = async (server: TestServer, metric: string): Promise<number> => {
  const { text } = await server.ask(null, { path: '/metrics' });
  return Number(new RegExp(`^${metric} (\\d+)$`, 'm').exec(text)?.[1]);
};

describe('requests that wait for a position', () => {
  it.each<
    readonly [string, string, Partial<ServerLimits>, (future: string) => { readonly path: string; readonly headers?: Readonly<Record<string, string>> }]
  >([
    [
      'syncs',
      'account_data_long_polls',
      { longPollsPerToken: 3, positionWaitsPerToken: 0 },
      (future) => ({ path: `/_matrix/client/v3/sync?since=s${future}&timeout=60000` }),
    ],
    [
      'others',
      'account_data_position_waits',
      { positionWaitsPerToken: 3, longPollsPerToken: 0 },
      (future) => ({ ...whoami, headers: { 'account-data-wait-for': future, prefer: 'wait=30' } }),
    ],
  ])('%s take places of their token, and leave the server to others', async (_, metric, limits, waiting) => {
    const { server, future } = await startLagging({ ...limits, requestsInFlight: 4 });
    const asked = Array.from({ length: 12 }, () => server.ask(tokens.alice, waiting(future)));
    await expect.poll(() => countOf(server, metric), { timeout: 10_000 }).toBe(3);
    expect(await countOf(server, 'account_data_http_requests_in_flight')).toBe(1);
    expect(await server.ask(tokens.bob, whoami)).toMatchObject({ status: 200 });
    expect(await server.ask(null, { path: '/healthz' })).toMatchObject({ status: 200 });
    // A stop ends them.
    await server.close();
    const statuses = (await Promise.allSettled(asked)).map((answer) => (answer.status === 'fulfilled' ? answer.value.status : 0));
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  it('go on where the position is there already, and take no place for it', async () => {
    const server = await startTestServer({ limits: { positionWaitsPerToken: 0 } });
    const put = await server.ask(tokens.alice, { method: 'PUT', path: '/v1/users/@alice:example.org/account_data/t', body: '{"a":1}' });
    const position = String(put.headers['account-data-position']);
    expect(await server.ask(tokens.alice, { ...whoami, headers: { 'account-data-wait-for': position } })).toMatchObject({ status: 200 });
    await server.close();
  });

  it('leave their places when their clients are gone', async () => {
    const { server, future } = await startLagging({});
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${tokens.alice}` };
    const waiting = fetch(`${server.url}/_matrix/client/v3/sync?since=s${future}&timeout=60000`, { headers, signal: gone.signal });
    await expect.poll(() => countOf(server, 'account_data_long_polls'), { timeout: 10_000 }).toBe(1);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => countOf(server, 'account_data_long_polls'), { timeout: 10_000 }).toBe(0);
    await server.close();
  });
});

describe('those who look after the server', () => {
  it('are answered however much is under way', async () => {
    const server = await startTestServer({ limits: { requestsInFlight: 0 } });
    expect(await server.ask(tokens.alice, whoami)).toMatchObject({ status: 503 });
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(await server.ask(null, { path })).toMatchObject({ status: 200 });
    await server.close();
  });
});
