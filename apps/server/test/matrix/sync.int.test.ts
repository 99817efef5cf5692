import { Revision, StreamName } from '@account-data/event-store';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawHttp } from '../support/rawHttp.js';
import { laggingStore } from '../support/laggingStore.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

interface SyncEvent {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

interface Sync {
  readonly next_batch: string;
  readonly account_data: { readonly events: ReadonlyArray<SyncEvent> };
  readonly rooms: { readonly join: Readonly<Record<string, { readonly account_data: { readonly events: ReadonlyArray<SyncEvent> } }>> };
}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ limits: { longPollsPerToken: 2 } });
});

afterAll(async () => {
  await server.close();
});

const put = (user: string, path: string, content: unknown) =>
  server.ask(tokens.service, { method: 'PUT', path: `/_matrix/client/v3/user/@${user}:example.org${path}`, body: JSON.stringify(content) });

const remove = (user: string, path: string) =>
  server.ask(tokens.service, {
    method: 'DELETE',
    path: path.includes('/tags/')
      ? `/_matrix/client/v3/user/@${user}:example.org${path}`
      : `/_matrix/client/unstable/org.matrix.msc3391/user/@${user}:example.org${path}`,
  });

const sync = async (user: string, query: Readonly<Record<string, string>> = {}): Promise<Sync> => {
  const search = new URLSearchParams({ user_id: `@${user}:example.org`, ...query });
  const answer = await server.ask(tokens.service, { path: `/_matrix/client/v3/sync?${search.toString()}` });
  expect(answer.status).toBe(200);
  return answer.json as Sync;
};

const roomEvents = (answer: Sync, roomId: string): ReadonlyArray<SyncEvent> => answer.rooms.join[roomId]?.account_data.events ?? [];

const waiting = async (count: number): Promise<void> => {
  await expect.poll(async () => (await server.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain(
    `account_data_long_polls ${String(count)}\n`,
  );
};

describe('an initial sync', () => {
  it('tells what has content: no deleted keys, tags as one m.tag event with the whole map', async () => {
    await put('ann', '/account_data/a', { a: 1 });
    await put('ann', '/account_data/gone', { a: 1 });
    await remove('ann', '/account_data/gone');
    await put('ann', '/rooms/!r:x.y/account_data/b', { b: 2 });
    await put('ann', '/rooms/!r:x.y/tags/m.favourite', { order: 0.5 });
    await put('ann', '/rooms/!r:x.y/tags/u.work', {});
    await put('ann', '/rooms/!empty:x.y/tags/u.work', {});
    await remove('ann', '/rooms/!empty:x.y/tags/u.work');
    const answer = await sync('ann');
    expect(answer.account_data.events).toEqual([{ type: 'a', content: { a: 1 } }]);
    expect(Object.keys(answer.rooms.join)).toEqual(['!r:x.y']);
    expect(roomEvents(answer, '!r:x.y')).toEqual([
      { type: 'b', content: { b: 2 } },
      { type: 'm.tag', content: { tags: { 'm.favourite': { order: 0.5 }, 'u.work': {} } } },
    ]);
  });

  it('has tags as the only source of m.tag, whatever the log holds under that type', async () => {
    await put('tia', '/rooms/!r:x.y/tags/u.work', {});
    const { next_batch: since } = await sync('tia');
    const data = { userId: '@tia:example.org', roomId: '!r:x.y', type: 'm.tag', content: { tags: { 'u.old': {} } } };
    const metadata = { schemaVersion: 1, actor: { kind: 'user', id: '@tia:example.org' }, $correlationId: 'c', origin: 'import' };
    await server.store.append(StreamName('account_data-@tia:example.org'), [{ id: randomUUID(), type: 'AccountDataUpdated', data, metadata }], 'any')();
    await server.engine.projection.waitForRevision('account_data-@tia:example.org', Revision(0), 5_000);
    expect(roomEvents(await sync('tia'), '!r:x.y')).toEqual([{ type: 'm.tag', content: { tags: { 'u.work': {} } } }]);
    expect(roomEvents(await sync('tia', { since }), '!r:x.y')).toEqual([]);
  });

  it('of a user without data is empty, and its token goes on from there', async () => {
    const first = await sync('nobody');
    expect(first.account_data.events).toEqual([]);
    await put('nobody', '/account_data/a', { a: 1 });
    expect((await sync('nobody', { since: first.next_batch })).account_data.events).toHaveLength(1);
  });
});

describe('an incremental sync', () => {
  it('tells what changed, once for a key however often it changed, deletions as {}, the last removed tag as an empty map', async () => {
    await put('ben', '/account_data/kept', { a: 1 });
    await put('ben', '/account_data/changed', { n: 0 });
    await put('ben', '/account_data/gone', { a: 1 });
    await put('ben', '/rooms/!r:x.y/account_data/gone', { a: 1 });
    await put('ben', '/rooms/!r:x.y/tags/u.work', {});
    const { next_batch: since } = await sync('ben');
    for (const n of [1, 2, 3]) await put('ben', '/account_data/changed', { n });
    await remove('ben', '/account_data/gone');
    await remove('ben', '/rooms/!r:x.y/account_data/gone');
    await remove('ben', '/rooms/!r:x.y/tags/u.work');
    const answer = await sync('ben', { since });
    expect(answer.account_data.events).toEqual([
      { type: 'changed', content: { n: 3 } },
      { type: 'gone', content: {} },
    ]);
    expect(roomEvents(answer, '!r:x.y')).toEqual([
      { type: 'gone', content: {} },
      { type: 'm.tag', content: { tags: {} } },
    ]);
    expect((await sync('ben', { since: answer.next_batch })).account_data.events).toEqual([]);
    expect((await sync('ben', { since: answer.next_batch, full_state: 'true' })).account_data.events).toHaveLength(2);
  });

  it('tells nothing of others', async () => {
    const { next_batch: since } = await sync('carl');
    await put('dora', '/account_data/a', { a: 1 });
    const answer = await sync('carl', { since });
    expect(answer.account_data.events).toEqual([]);
    expect(answer.rooms.join).toEqual({});
  });
});

describe('a long poll', () => {
  it('wakes on a change of its user, and on no other\'s', async () => {
    const { next_batch: since } = await sync('eve');
    const polling = sync('eve', { since, timeout: '60000' });
    await waiting(1);
    await put('finn', '/account_data/a', { a: 1 });
    await put('eve', '/account_data/a', { a: 1 });
    expect((await polling).account_data.events).toEqual([{ type: 'a', content: { a: 1 } }]);
    await waiting(0);
  });

  it('wakes on a tag', async () => {
    const { next_batch: since } = await sync('gil');
    const polling = sync('gil', { since, timeout: '60000' });
    await waiting(1);
    await put('gil', '/rooms/!r:x.y/tags/u.work', {});
    expect(roomEvents(await polling, '!r:x.y')).toEqual([{ type: 'm.tag', content: { tags: { 'u.work': {} } } }]);
  });

  it('goes on waiting over changes that its filter leaves out', async () => {
    const { next_batch: since } = await sync('hal');
    const polling = sync('hal', { since, timeout: '60000', filter: '{"account_data":{"not_types":["noise"]}}' });
    await waiting(1);
    await put('hal', '/account_data/noise', { a: 1 });
    await put('hal', '/account_data/news', { a: 1 });
    expect((await polling).account_data.events).toEqual([{ type: 'news', content: { a: 1 } }]);
  });

  it('ends after its timeout with nothing and a token that goes on', async () => {
    const { next_batch: since } = await sync('ida');
    const answer = await sync('ida', { since, timeout: '30' });
    expect(answer.account_data.events).toEqual([]);
    expect(answer.next_batch).toBe(since);
  });

  it('is limited for each token, with 429 and Retry-After', async () => {
    const { next_batch: since } = await sync('jon');
    const polls = [sync('jon', { since, timeout: '60000' }), sync('jon', { since, timeout: '60000' })];
    await waiting(2);
    const search = new URLSearchParams({ user_id: '@jon:example.org', since, timeout: '60000' });
    const refused = await server.ask(tokens.service, { path: `/_matrix/client/v3/sync?${search.toString()}` });
    expect(refused).toMatchObject({ status: 429, json: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 5_000 } });
    expect(refused.headers['retry-after']).toBe('5');
    await put('jon', '/account_data/a', { a: 1 });
    await Promise.all(polls);
    await waiting(0);
  });

  it('is forgotten when its client goes away', async () => {
    const { next_batch: since } = await sync('kim');
    const search = new URLSearchParams({ user_id: '@kim:example.org', since, timeout: '60000' });
    const gone = new AbortController();
    const polling = fetch(`${server.url}/_matrix/client/v3/sync?${search.toString()}`, {
      headers: { authorization: `Bearer ${tokens.service}` },
      signal: gone.signal,
    });
    await waiting(1);
    gone.abort();
    await expect(polling).rejects.toThrow();
    await waiting(0);
  });
});

describe('filters', () => {
  it('choose types and rooms, inline and by ID', async () => {
    await put('leo', '/account_data/org.example.a', { a: 1 });
    await put('leo', '/account_data/com.example.b', { b: 1 });
    await put('leo', '/rooms/!one:x.y/account_data/c', { c: 1 });
    await put('leo', '/rooms/!one:x.y/tags/u.work', {});
    await put('leo', '/rooms/!two:x.y/account_data/c', { c: 2 });
    const filter = {
      account_data: { types: ['org.*'] },
      room: { not_rooms: ['!two:x.y'], account_data: { not_types: ['m.tag'] } },
    };
    const created = await server.ask(tokens.service, {
      method: 'POST',
      path: '/_matrix/client/v3/user/@leo:example.org/filter',
      body: JSON.stringify(filter),
    });
    const { filter_id: id } = created.json as { readonly filter_id: string };
    expect(id).toMatch(/^[^{]/);
    expect(await server.ask(tokens.service, { path: `/_matrix/client/v3/user/@leo:example.org/filter/${id}` })).toMatchObject({
      status: 200,
      json: filter,
    });
    // "[]", a word, and what is no base64url: IDs of no filter.
    for (const other of ['W10', 'ImEi', 'a+b']) {
      expect(await server.ask(tokens.service, { path: `/_matrix/client/v3/user/@leo:example.org/filter/${other}` })).toMatchObject({
        status: 404,
        json: { errcode: 'M_NOT_FOUND' },
      });
    }
    for (const given of [JSON.stringify(filter), id]) {
      const answer = await sync('leo', { filter: given });
      expect(answer.account_data.events.map(({ type }) => type)).toEqual(['org.example.a']);
      expect(Object.keys(answer.rooms.join)).toEqual(['!one:x.y']);
      expect(roomEvents(answer, '!one:x.y').map(({ type }) => type)).toEqual(['c']);
    }
    const none = await sync('leo', { filter: '{"account_data":{"types":[]},"room":{"rooms":[]}}' });
    expect(none.account_data.events).toEqual([]);
    expect(none.rooms.join).toEqual({});
  });
});

describe('what is refused', () => {
  it.each([
    ['since=nonsense', 'M_INVALID_PARAM'],
    ['since=s12_another-log', 'M_INVALID_PARAM'],
    ['timeout=soon', 'M_INVALID_PARAM'],
    ['filter=%7Bnope', 'M_NOT_JSON'],
    ['filter=%7B%22account_data%22%3A7%7D', 'M_BAD_JSON'],
    ['filter=unknown', 'M_INVALID_PARAM'],
  ])('%s', async (query, errcode) => {
    expect(await server.ask(tokens.alice, { path: `/_matrix/client/v3/sync?${query}` })).toMatchObject({
      status: 400,
      json: { errcode },
    });
  });

  it('a token without a user, unless it names one', async () => {
    expect(await server.ask(tokens.service, { path: '/_matrix/client/v3/sync' })).toMatchObject({ status: 403 });
    expect(await server.ask(null, { path: '/_matrix/client/v3/sync' })).toMatchObject({ status: 401 });
  });
});

describe('a token of a server that is further on', () => {
  it('never goes back: the answer is empty and has the same token', async () => {
    const { store, runAhead } = laggingStore();
    const lagging = await startTestServer({ store });
    const ahead = `s${await runAhead()}_${lagging.engine.logId}_0`;
    const answer = (await lagging.ask(tokens.alice, { path: `/_matrix/client/v3/sync?since=${ahead}&timeout=20` })).json as Sync;
    expect(answer.next_batch).toBe(ahead);
    expect(answer.account_data.events).toEqual([]);
    await lagging.close();
  });

  it('is of a lost history where the log ends before it: the answer is the whole state', async () => {
    await server.ask(tokens.service, { method: 'PUT', path: '/v1/users/@mia:example.org/account_data/t', body: '{"a":1}' });
    const [place = '0', logId = ''] = (await sync('mia')).next_batch.slice(1).split('_');
    const answer = await sync('mia', { since: `s${String(BigInt(place) + 1_000_000n)}_${logId}`, timeout: '20' });
    expect(answer.account_data.events).toEqual([{ type: 't', content: { a: 1 } }]);
  });
});

describe('a server that stops', () => {
  it('ends its long polls, and is not ready any more', async () => {
    const stopping = await startTestServer();
    const path = '/_matrix/client/v3/sync';
    const first = (await stopping.ask(tokens.alice, { path })).json as Sync;
    const polling = stopping.ask(tokens.alice, { path: `${path}?since=${first.next_batch}&timeout=60000` });
    await expect.poll(async () => (await stopping.ask(null, { path: '/metrics' })).text, { timeout: 10_000 }).toContain('account_data_long_polls 1\n');
    stopping.drain();
    expect(await polling).toMatchObject({ status: 200, json: { next_batch: first.next_batch } });
    expect(await rawHttp(stopping.url, { path: '/readyz' })).toMatchObject({ status: 503, json: { ready: false } });
    await stopping.close();
  });
});
