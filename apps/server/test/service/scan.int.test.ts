import { createInMemoryEventStore } from '@account-data/event-store';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TestServer, startTestServer, tokens } from '../support/testServer.js';

const alice = '@alice:example.org';
const bob = '@bob:example.org';
const room = '!r:example.org';
const desk = { kind: 'service', id: 'support-desk' } as const;

const doubleStore = async (): Promise<EventStore> => {
  const double = await startEventStoreDbDouble();
  onTestFinished(double.stop);
  return openEventStoreDbEventStore({ connectionString: double.connectionString, runtime: systemRuntime });
};

interface Found {
  readonly user_id: string;
  readonly type?: string;
  readonly tag?: string;
  readonly content: unknown;
  readonly previous_content: unknown;
  readonly event_id: string;
  readonly position: string;
}

interface Page {
  readonly entries: ReadonlyArray<Found>;
  readonly tag_entries: ReadonlyArray<Found>;
  readonly read: number;
  readonly position: string | null;
  readonly end: string | null;
  readonly next?: string;
}

const get = async (server: TestServer, query: string, token: string = tokens.auditor): Promise<{ readonly status: number; readonly text: string }> =>
  server.ask(token, { method: 'GET', path: `/v1/scan${query}` });

const pageOf = async (server: TestServer, query: string): Promise<Page> => {
  const { status, text } = await get(server, query);
  expect(text).not.toContain('errors');
  expect(status).toBe(200);
  return JSON.parse(text) as Page;
};

const subjects = ({ entries, tag_entries: tags }: Page): ReadonlyArray<string> => [...entries, ...tags].map(({ user_id: user, type, tag }) => `${user} ${type ?? tag ?? ''}`);

/** All that is found, answer by answer, each of which reads at most `budget` changes. */
const scanned = async (server: TestServer, query: string, budget: number): Promise<{ readonly found: ReadonlyArray<string>; readonly read: ReadonlyArray<number> }> => {
  const [found, read]: [Array<string>, Array<number>] = [[], []];
  for (let cursor = ''; ; ) {
    const page = await pageOf(server, `${query}&budget=${String(budget)}${cursor}`);
    found.push(...subjects(page));
    read.push(page.read);
    if (page.next === undefined) return { found, read };
    expect(BigInt(page.position ?? 0)).toBeLessThan(BigInt(page.end ?? 0));
    cursor = `&cursor=${page.next}`;
  }
};

describe.each([
  ['memory', () => Promise.resolve(createInMemoryEventStore({ runtime: systemRuntime }))],
  ['EventStoreDB', doubleStore],
] as const)('a scan of the log over HTTP on %s', (_name, open) => {
  const started = async (): Promise<TestServer> => {
    const server = await startTestServer({ store: await open() });
    onTestFinished(server.close);
    const { engine } = server;
    await engine.setAccountData(alice, null, 'a', { n: 1 }, { requestKey: 'key-1', correlationId: 'corr-1' });
    await engine.setAccountData(alice, null, 'a', { n: 2 }, { actor: desk, correlationId: 'corr-2' });
    await engine.setTag(bob, room, 'm.favourite', { order: 0.5 }, { actor: desk });
    await engine.setAccountData(bob, room, 'b', { n: 1 }, { actor: { kind: 'service', id: 'other' } });
    await engine.removeTag(bob, room, 'm.favourite', { actor: desk });
    await engine.setAccountData(bob, null, 'c', { n: 1 }, { actor: desk });
    return server;
  };

  it('finds account data and tags by who changed them, by request key and by correlation, the oldest first', async () => {
    const server = await started();
    const page = await pageOf(server, '?actor=support-desk');
    expect(subjects(page)).toEqual([`${alice} a`, `${bob} c`, `${bob} m.favourite`, `${bob} m.favourite`]);
    expect(page.entries[0]).toMatchObject({ content: { n: 2 }, previous_content: { n: 1 }, actor: { id: 'support-desk' } });
    expect(page.tag_entries).toMatchObject([
      { content: { order: 0.5 }, previous_content: null },
      { content: null, previous_content: { order: 0.5 } },
    ]);
    expect(page).not.toHaveProperty('next');
    expect([page.read, page.position]).toEqual([6, page.end]);
    expect(subjects(await pageOf(server, '?request_key=key-1'))).toEqual([`${alice} a`]);
    expect(subjects(await pageOf(server, '?correlation_id=corr-2'))).toEqual([`${alice} a`]);
    expect(subjects(await pageOf(server, '?actor=support-desk&type=c'))).toEqual([`${bob} c`]);
    const last = page.entries[1]?.event_id ?? '';
    expect(subjects(await pageOf(server, `?correlation_id=${last}`))).toEqual([`${bob} c`]);
    expect(subjects(await pageOf(server, '?actor=Support-Desk'))).toEqual([]);
    const inRoom = `?room_id=${encodeURIComponent(room)}`;
    expect(subjects(await pageOf(server, inRoom))).toEqual([`${bob} b`, `${bob} m.favourite`, `${bob} m.favourite`]);
    expect(subjects(await pageOf(server, `${inRoom}&actor=other`))).toEqual([`${bob} b`]);
    expect(subjects(await pageOf(server, '?room_id=!other:example.org'))).toEqual([]);
  });

  it('reads at most a budget for one answer, and goes on without gap or double', async () => {
    const server = await started();
    expect(await scanned(server, '?actor=support-desk', 2)).toMatchObject({
      found: [`${alice} a`, `${bob} m.favourite`, `${bob} c`, `${bob} m.favourite`],
      read: [2, 2, 2],
    });
    const limited = await pageOf(server, '?actor=support-desk&limit=1');
    expect(subjects(limited)).toEqual([`${alice} a`]);
    expect(subjects(await pageOf(server, `?actor=support-desk&limit=2&cursor=${limited.next ?? ''}`))).toEqual([`${bob} m.favourite`, `${bob} m.favourite`]);
  });

  it('leaves erased users out', async () => {
    const server = await started();
    await server.engine.eraseUser(bob);
    expect(subjects(await pageOf(server, '?actor=support-desk'))).toEqual([`${alice} a`]);
  });
});

describe('a scan of the log over HTTP', () => {
  const started = async (): Promise<TestServer> => {
    const server = await startTestServer({});
    onTestFinished(server.close);
    await server.engine.setAccountData(alice, null, 'a', { n: 1 }, { actor: desk });
    return server;
  };

  it('is for auditors and admins, and is noted', async () => {
    const server = await started();
    expect((await get(server, '?actor=x', tokens.alice)).status).toBe(403);
    expect((await get(server, '?actor=x', tokens.service)).status).toBe(403);
    expect((await get(server, '?actor=x', tokens.admin)).status).toBe(200);
    const { text } = await server.ask(tokens.auditor, { method: 'GET', path: '/v1/access-log?actor=root' });
    expect(JSON.parse(text)).toMatchObject({ entries: [{ user_id: null, kind: 'data', actor: { id: 'root' } }] });
  });

  it('is refused without something to look for, with an empty one, and with a cursor of another list', async () => {
    const server = await started();
    expect((await get(server, '')).status).toBe(400);
    expect((await get(server, '?actor=')).status).toBe(400);
    expect((await get(server, '?type=a')).status).toBe(400);
    expect((await get(server, '?room_id=home')).status).toBe(400);
    expect((await get(server, '?actor=x&budget=0')).status).toBe(400);
    await server.engine.setAccountData(alice, null, 'a', { n: 2 }, { actor: desk });
    const history = JSON.parse((await server.ask(tokens.auditor, { method: 'GET', path: '/v1/history?limit=1' })).text) as { next: string };
    expect((await get(server, `?actor=x&cursor=${history.next}`)).status).toBe(400);
  });

  it('begins at a time, and ends before one', async () => {
    const server = await started();
    expect(subjects(await pageOf(server, '?actor=support-desk&since=2000-01-01T00:00:00Z'))).toHaveLength(1);
    expect(subjects(await pageOf(server, '?actor=support-desk&until=2000-01-01T00:00:00Z'))).toHaveLength(0);
    const later = await pageOf(server, '?actor=support-desk&since=9000-01-01T00:00:00Z');
    expect([subjects(later), later.read]).toEqual([[], 0]);
  });
});
