import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { startTestServer, tokens } from './support/testServer.js';

const theme = '/_matrix/client/v3/user/@alice:example.org/account_data/org.example.theme';
const state = '/v1/users/@alice:example.org/state';

describe('a server whose projection has not caught up with the log', () => {
  it('is alive and not ready, refuses what would show too old a state, and is ready once it has caught up', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    const writer = await startTestServer({ store: { ...store, close: () => Promise.resolve() } });
    await writer.ask(tokens.alice, { method: 'PUT', path: theme, body: '{"a":1}' });
    await writer.close();

    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const server = await startTestServer({
      engine: { start: 'at-once' },
      store: {
        ...store,
        subscribe: (options) =>
          store.subscribe({
            ...options,
            onBatch: async (batch) => {
              await opened;
              await options.onBatch(batch);
            },
          }),
      },
    });
    expect(await server.ask(null, { path: '/healthz' })).toMatchObject({ status: 200 });
    expect(await server.ask(null, { path: '/readyz' })).toMatchObject({
      status: 503,
      json: { ready: false, reasons: ['The projection has not caught up with the log yet.'] },
    });
    const put = { method: 'PUT', path: theme, body: '{"a":2}' };
    const before = await server.head();
    for (const request of [{ path: theme }, put, { path: '/_matrix/client/v3/sync' }]) {
      expect(await server.ask(tokens.alice, request)).toMatchObject({
        status: 503,
        headers: { 'retry-after': '2' },
        json: { errcode: 'M_UNKNOWN' },
      });
    }
    expect(await server.ask(tokens.alice, { path: state })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      json: { code: 'not_ready' },
    });
    expect(await server.head()).toBe(before);

    open();
    await expect.poll(() => server.ask(null, { path: '/readyz' })).toMatchObject({ status: 200, json: { ready: true } });
    await expect.poll(() => server.ask(tokens.alice, { path: theme })).toMatchObject({ status: 200, json: { a: 1 } });
    expect(await server.ask(tokens.alice, put)).toMatchObject({ status: 200 });
    await server.close();
  });
});
