import { createInMemoryEventStore } from '@account-data/event-store';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TestServer, type TestServerOptions, startTestServer, tokens } from '../support/testServer.js';

const alice = '@alice:example.org';

const started = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await startTestServer(options);
  onTestFinished(server.close);
  await server.engine.setAccountData(alice, null, 't', { a: 1 });
  return server;
};

interface Told {
  readonly actor: { readonly id: string };
  readonly user_id: string | null;
  readonly kind: string;
  readonly reason?: string;
}

/** Who looked, as the server tells it, the oldest first; without the look at it. */
const told = async (server: TestServer, query = ''): Promise<ReadonlyArray<string>> => {
  const { status, text } = await server.ask(tokens.auditor, { method: 'GET', path: `/v1/access-log${query}` });
  expect(status).toBe(200);
  return (JSON.parse(text) as { entries: ReadonlyArray<Told> }).entries
    .filter(({ kind }) => kind !== 'access_log')
    .map(({ actor, user_id: user, kind, reason }) => [actor.id, user, kind, reason].join(' ').trim())
    .reverse();
};

const because = (reason: string): { readonly headers: Readonly<Record<string, string>> } => ({ headers: { 'account-data-reason': encodeURIComponent(reason) } });

const doubleStore = async (): Promise<EventStore> => {
  const double = await startEventStoreDbDouble();
  onTestFinished(double.stop);
  return openEventStoreDbEventStore({ connectionString: double.connectionString, runtime: systemRuntime });
};

describe.each([
  ['memory', () => Promise.resolve(createInMemoryEventStore({ runtime: systemRuntime }))],
  ['EventStoreDB', doubleStore],
] as const)('the access log over HTTP on %s', (_name, open) => {
  it('tells who of auditors and admins looked at whose data, and why', async () => {
    const server = await started({ store: await open() });
    const get = async (token: string, path: string, headers = {}): Promise<number> => (await server.ask(token, { method: 'GET', path, ...headers })).status;
    expect(await get(tokens.admin, `/v1/users/${alice}/state`, because('ticket 4711: “wo sind meine Räume?”'))).toBe(200);
    expect(await get(tokens.admin, `/v1/users/${alice}/history`, because('ticket 4711: “wo sind meine Räume?”'))).toBe(200);
    expect(await get(tokens.auditor, `/_matrix/client/v3/user/${alice}/account_data/t`)).toBe(200);
    expect(await get(tokens.auditor, '/v1/history')).toBe(200);
    expect(await get(tokens.auditor, `/v1/export?user_id=${alice}`, because('moves away'))).toBe(200);
    expect(await get(tokens.admin, `/_matrix/client/v3/sync?user_id=${alice}`, because('sync'))).toBe(200);
    // Not noted: one's own data, what services read, and who there is.
    const before = await server.head();
    expect(await get(tokens.alice, `/v1/users/${alice}/state`)).toBe(200);
    expect(await get(tokens.service, `/v1/users/${alice}/state`)).toBe(200);
    expect(await get(tokens.admin, '/v1/users')).toBe(200);
    expect(await server.head()).toBe(before);
    expect(await told(server)).toEqual([
      `root ${alice} data ticket 4711: “wo sind meine Räume?”`,
      `auditing ${alice} data`,
      'auditing  data',
      `auditing ${alice} export moves away`,
      `root ${alice} data sync`,
    ]);
  });
});

describe('the access log over HTTP', () => {
  it('is filtered and paged, and a look at it is noted once', async () => {
    const server = await started();
    for (const user of [alice, '@bob:example.org', '@carol:example.org']) await server.ask(tokens.admin, { method: 'GET', path: `/v1/users/${user}/tags` });
    expect(await told(server, `?user_id=${alice}`)).toEqual([`root ${alice} data`]);
    expect(await told(server, '?actor=root&kind=data')).toHaveLength(3);
    const seen: Array<string> = [];
    for (let cursor = ''; ; ) {
      const { text } = await server.ask(tokens.admin, { method: 'GET', path: `/v1/access-log?limit=1&kind=data${cursor}` });
      const page = JSON.parse(text) as { entries: ReadonlyArray<Told>; next?: string };
      seen.push(...page.entries.map(({ user_id: user }) => String(user)));
      if (page.next === undefined) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(seen).toEqual(['@carol:example.org', '@bob:example.org', alice]);
    const looks = JSON.parse((await server.ask(tokens.admin, { method: 'GET', path: '/v1/access-log?kind=access_log&actor=root' })).text) as { entries: ReadonlyArray<Told> };
    expect(looks.entries.map(({ user_id: user }) => user)).toEqual([null]);
    expect((await server.ask(tokens.admin, { method: 'GET', path: '/v1/access-log?cursor=bm9uZQ' })).status).toBe(400);
    expect((await server.ask(tokens.alice, { method: 'GET', path: '/v1/access-log' })).status).toBe(403);
    expect((await server.ask(tokens.service, { method: 'GET', path: '/v1/access-log' })).status).toBe(403);
  });

  it('notes a read as an export where its header says so, by whomever, in one entry for all pages', async () => {
    const server = await started();
    const exporting = { headers: { 'account-data-access': 'export', 'account-data-reason': 'moves%20away' } };
    const get = async (token: string, path: string, headers = {}): Promise<number> => (await server.ask(token, { method: 'GET', path, ...headers })).status;
    expect(await get(tokens.auditor, `/v1/users/${alice}/history?limit=1`, exporting)).toBe(200);
    expect(await get(tokens.auditor, `/v1/users/${alice}/history?limit=2`, exporting)).toBe(200);
    expect(await get(tokens.auditor, '/v1/history', exporting)).toBe(200);
    expect(await get(tokens.alice, `/v1/users/${alice}/history`, exporting)).toBe(200);
    expect(await get(tokens.admin, '/v1/access-log', exporting)).toBe(200);
    const before = await server.head();
    expect(await get(tokens.auditor, `/v1/users/${alice}/history`, { headers: { 'account-data-access': 'nothing' } })).toBe(400);
    expect(await server.head()).toBe(before);
    expect(await told(server)).toEqual([`auditing ${alice} export moves away`, 'auditing  export moves away', `${alice} ${alice} export`]);
  });

  it('has no entry for what is refused', async () => {
    const server = await started();
    const before = await server.head();
    expect((await server.ask(tokens.alice, { method: 'GET', path: '/v1/users/@bob:example.org/state' })).status).toBe(403);
    expect((await server.ask(tokens.admin, { method: 'GET', path: `/v1/users/${alice}/state?limit=none` })).status).toBe(400);
    expect((await server.ask(tokens.auditor, { method: 'GET', path: `/_matrix/client/v3/user/nobody/account_data/t` })).status).toBe(400);
    expect(await server.head()).toBe(before);
  });

  it('asks for the reason where it is configured to, of a form that can be kept', async () => {
    const server = await started({ accessLog: { requireReason: true } });
    const path = `/v1/users/${alice}/state`;
    expect(await server.ask(tokens.auditor, { method: 'GET', path })).toMatchObject({ status: 403, text: expect.stringContaining('reason_required') as string });
    expect((await server.ask(tokens.auditor, { method: 'GET', path: `/_matrix/client/v3/user/${alice}/account_data/t` })).status).toBe(403);
    expect((await server.ask(tokens.auditor, { method: 'GET', path, ...because('an audit') })).status).toBe(200);
    expect((await server.ask(tokens.auditor, { method: 'GET', path, headers: { 'account-data-reason': '%ff' } })).status).toBe(400);
    expect((await server.ask(tokens.auditor, { method: 'GET', path, ...because('x'.repeat(1_001)) })).status).toBe(400);
    // What is one's own needs none.
    expect((await server.ask(tokens.alice, { method: 'GET', path })).status).toBe(200);
    expect((await server.ask(tokens.alice, { method: 'GET', path: `/v1/export?user_id=${alice}` })).status).toBe(200);
    expect(server.logged()).not.toContain('an audit');
  });

  it('keeps data of others back while it can’t be noted who looks', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    let full = false;
    const filling: EventStore = {
      ...store,
      append: (stream, events, expected) =>
        full ? () => Promise.resolve(E.left({ _tag: 'StoreFailed', code: 'store_failed', message: 'full' } as const)) : store.append(stream, events, expected),
    };
    const server = await started({ store: filling });
    full = true;
    const path = `/v1/users/${alice}/state`;
    expect(await server.ask(tokens.admin, { method: 'GET', path })).toMatchObject({ status: 503, text: expect.stringContaining('access_not_noted') as string });
    expect((await server.ask(tokens.admin, { method: 'GET', path: `/_matrix/client/v3/user/${alice}/account_data/t` })).status).toBe(503);
    expect((await server.ask(tokens.alice, { method: 'GET', path })).status).toBe(200);
    full = false;
    expect((await server.ask(tokens.admin, { method: 'GET', path })).status).toBe(200);
  });

  it('is not written where it is off', async () => {
    const server = await started({ accessLog: { enabled: false } });
    const before = await server.head();
    expect((await server.ask(tokens.admin, { method: 'GET', path: `/v1/users/${alice}/state` })).status).toBe(200);
    expect(await server.head()).toBe(before);
  });
});
