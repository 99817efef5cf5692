import { Revision } from '@account-data/event-store';
import { memoryProjectionStorage, type StorageProvider } from '@account-data/projection';
import { describe, expect, it } from 'vitest';
import { startTestServer, tokens } from './support/testServer.js';

/** A storage whose first generation is damaged from a moment on, and whose next one is made when it is let. */
const damageable = () => {
  const provider = memoryProjectionStorage();
  let isDamaged = false;
  let letHeal = (): void => undefined;
  const healing = new Promise<void>((resolve) => {
    letHeal = resolve;
  });
  const storage: StorageProvider = {
    ...provider,
    create: async () => {
      if (isDamaged) await healing;
      return provider.create();
    },
    open: async (name) => {
      const opened = await provider.open(name);
      if (name !== '1') return opened;
      const check = (table: string): void => {
        if (isDamaged && table === 'entries') throw opened.damaged('A record of the table entries is not what was written');
      };
      return {
        ...opened,
        get: (table, key) => {
          check(table);
          return opened.get(table, key);
        },
        scan: (table, range, visit) => {
          check(table);
          opened.scan(table, range, visit);
        },
      };
    },
  };
  return {
    storage,
    damage: (): void => {
      isDamaged = true;
    },
    letHeal: (): void => {
      letHeal();
    },
  };
};

const theme = '/_matrix/client/v3/user/@alice:example.org/account_data/org.example.theme';
const user = '/v1/users/@alice:example.org';

describe('a server whose projection is damaged', () => {
  it('says so where an answer needs what is damaged, takes changes that need not be shown, and answers again once it has healed', async () => {
    const { storage, damage, letHeal } = damageable();
    const server = await startTestServer({ engine: { projectionStorage: storage } });
    const put = { method: 'PUT', path: theme, body: '{"a":1}' };
    expect(await server.ask(tokens.alice, put)).toMatchObject({ status: 200 });
    await server.engine.projection.flush();
    damage();

    // The first to meet it is a change that has to know what was there before.
    const conditional = { method: 'PUT', path: `${user}/account_data/org.example.theme`, body: '{"a":2}', headers: { 'If-Match': '"0"' } };
    const head = await server.head();
    expect(await server.ask(tokens.service, conditional)).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, json: { code: 'projection_damaged' } });
    expect(await server.ask(tokens.alice, { path: theme })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      json: { errcode: 'M_UNKNOWN', error: 'What the answer needs is damaged and is being built anew from the log. Try again.' },
    });
    for (const path of [`${user}/state`, `${user}/account_data/org.example.theme`, `${user}/history?type=org.example.theme`]) {
      expect(await server.ask(tokens.service, { path })).toMatchObject({ status: 503, json: { code: 'projection_damaged' } });
    }
    // The index is whole, and so is the log.
    expect(await server.ask(tokens.service, { path: `${user}/history` })).toMatchObject({ status: 200, json: { entries: [{ content: { a: 1 } }] } });
    expect(await server.ask(tokens.alice, put)).toMatchObject({ status: 503 });
    expect(await server.ask(null, { path: '/readyz' })).toMatchObject({ status: 503, json: { ready: false } });
    expect(await server.head()).toBe(head);
    const change = await server.engine.setAccountData('@alice:example.org', null, 'org.example.theme', { a: 3 }, { await: 'appended', ifRevision: Revision(0) });
    expect(change).toMatchObject({ revision: '1' });

    letHeal();
    await server.engine.projection.waitUntilReady(30_000);
    expect(await server.ask(tokens.alice, { path: theme })).toMatchObject({ status: 200, json: { a: 3 } });
    expect(await server.ask(tokens.alice, put)).toMatchObject({ status: 200 });
    await expect.poll(() => server.ask(null, { path: '/readyz' })).toMatchObject({ status: 200 });
    expect(server.logged()).not.toMatch(/failed unexpectedly/);
    await server.close();
  });
});
