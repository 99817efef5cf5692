import { createAccountDataEngine } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { makeTurns, systemRuntime } from '@account-data/runtime';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer, tokens } from '../support/testServer.js';

/**
 * The largest data that a user may have, asked for by all endpoints: what is done in a turn of the event loop stays
 * bounded, whoever reads slowly holds little, and nothing of an erased user goes on.
 */

const alice = '@alice:example.org';
const room = '!r:example.org';
const filling = 'x'.repeat(60_000);
const keys = 60;

const perTurn: Array<number> = [];
let server: TestServer;

beforeAll(async () => {
  const turns = makeTurns(systemRuntime, { bytes: 256 * 1024, milliseconds: 60_000, onTurn: (bytes) => perTurn.push(bytes) });
  server = await startTestServer({ engine: { turns } });
  const { engine } = server;
  for (let index = 0; index < keys; index += 1) {
    await engine.setAccountData(alice, index % 2 === 0 ? null : `!r${index}:example.org`, `t${index}`, { filling });
    await engine.setAccountData(alice, index % 2 === 0 ? null : `!r${index}:example.org`, `t${index}`, { filling, again: true });
  }
  await engine.setTag(alice, room, 'u.work', { order: 0.5 });
});

afterAll(() => server.close());

const get = (path: string, token: string = tokens.alice, headers: Record<string, string> = {}) =>
  server.ask(token, { method: 'GET', path, headers });

/** Begins to read, and stops at the first bytes. */
const openUnread = (path: string, token: string = tokens.alice): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` }, agent: false }, (answer) => {
      answer.pause();
      answer.on('error', () => undefined);
      resolve(answer);
    });
    asked.on('error', reject);
    asked.end();
  });

const rest = async (answer: IncomingMessage): Promise<{ readonly text: string; readonly isWhole: boolean }> => {
  let text = '';
  answer.setEncoding('utf8');
  try {
    for await (const chunk of answer) {
      text += String(chunk);
      // A feed goes on.
      if (text.endsWith('\n\n') && text.includes('event: user_erased')) break;
    }
  } catch {
    return { text, isWhole: false };
  }
  return { text, isWhole: answer.complete };
};

interface Paged {
  readonly entries: ReadonlyArray<{ readonly type: string; readonly revision: string }>;
  readonly next?: string;
}

const pages = async (path: string): Promise<ReadonlyArray<Paged>> => {
  const all: Array<Paged> = [];
  for (let next: string | undefined; ; ) {
    const separator = path.includes('?') ? '&' : '?';
    const answer = await get(next === undefined ? path : `${path}${separator}cursor=${next}`);
    expect(answer.status).toBe(200);
    expect(answer.text.length).toBeLessThan(600_000);
    const page = answer.json as Paged;
    all.push(page);
    next = page.next;
    if (next === undefined) return all;
  }
};

const base = `/v1/users/${alice}`;

describe('large answers', () => {
  it('are pages bounded by bytes, and together all there is', async () => {
    for (const direction of ['forwards', 'backwards']) {
      const history = await pages(`${base}/history?limit=1000&direction=${direction}`);
      expect(history.length).toBeGreaterThan(10);
      const revisions = history.flatMap(({ entries }) => entries.map(({ revision }) => Number(revision)));
      const all = Array.from({ length: keys * 2 }, (_, index) => index);
      expect(revisions).toEqual(direction === 'forwards' ? all : all.reverse());
    }
    for (const moment of ['', `?at_revision=${keys * 2 - 1}`]) {
      const state = await pages(`${base}/state${moment}`);
      expect(state.length).toBeGreaterThan(5);
      expect(new Set(state.flatMap(({ entries }) => entries.map(({ type }) => type))).size).toBe(keys);
    }
    expect((await pages(`${base}/state?type=t7`)).flatMap(({ entries }) => entries)).toHaveLength(1);
  });

  it('are written as they are read: a sync, a diff, an export, a feed', async () => {
    const sync = await get('/_matrix/client/v3/sync');
    expect(sync.headers['content-length']).toBeUndefined();
    const { account_data: data, rooms } = sync.json as {
      account_data: { events: ReadonlyArray<{ type: string }> };
      rooms: { join: Record<string, { account_data: { events: ReadonlyArray<{ type: string }> } }> };
    };
    expect(data.events).toHaveLength(keys / 2);
    expect(Object.keys(rooms.join)).toHaveLength(keys / 2 + 1);
    expect(rooms.join[room]?.account_data.events).toEqual([{ type: 'm.tag', content: { tags: { 'u.work': { order: 0.5 } } } }]);
    const diff = (await get(`${base}/diff?from_revision=0`)).json as { changes: ReadonlyArray<{ type: string; patch: ReadonlyArray<unknown> }>; to_revision: string };
    expect(diff.to_revision).toBe(String(keys * 2 - 1));
    expect(diff.changes).toHaveLength(keys);
    const joined = (await get('/_matrix/client/v3/joined_rooms')).json as { joined_rooms: ReadonlyArray<string> };
    expect(joined.joined_rooms).toHaveLength(keys / 2 + 1);
    const exported = await get(`/v1/export?user_id=${alice}`);
    expect(exported.text.trimEnd().split('\n')).toHaveLength(keys * 2 + 3);
  });

  it('do no more in a turn of the event loop than the limit and one slice, however many are asked for', async () => {
    perTurn.length = 0;
    const paths = [
      `${base}/history?limit=1000`,
      `${base}/state`,
      `${base}/state?at_revision=100`,
      `${base}/diff?from_revision=0`,
      `${base}/tags`,
      `/v1/export?user_id=${alice}`,
      '/_matrix/client/v3/sync',
      '/_matrix/client/v3/joined_rooms',
    ];
    await Promise.all([...paths, ...paths, ...paths].map((path) => get(path)));
    expect(perTurn.length).toBeGreaterThan(50);
    // The largest slice: a diff of one content, or a chunk with the part that filled it.
    expect(Math.max(...perTurn)).toBeLessThanOrEqual((256 + 192) * 1024);
  });

  it('of a diff stay bounded for contents that are made to be hard to compare', async () => {
    const numbers = (from: number): ReadonlyArray<number> => Array.from({ length: 500 }, (_, index) => from + index);
    const hard = (from: number): Record<string, unknown> => Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`a${index}`, numbers(from + index)]));
    for (const from of [0, 5_000]) for (let index = 0; index < 8; index += 1) await server.engine.setAccountData('@bob:example.org', null, `t${index}`, hard(from + index));
    perTurn.length = 0;
    const diff = (await get('/v1/users/@bob:example.org/diff?from_revision=7', tokens.bob)).json as { changes: ReadonlyArray<{ patch: ReadonlyArray<unknown> }> };
    expect(diff.changes).toHaveLength(8);
    for (const { patch } of diff.changes) expect(patch).toHaveLength(8);
    // Each comparison counts for 32 bytes: no content takes more than 20,000.
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(256 * 1024 + 20_000 * 32 + 64 * 1024);
  });

  it('of a user who is erased meanwhile go no further once the erasure is answered', async () => {
    const carol = '@carol:example.org';
    const { engine } = server;
    for (let index = 0; index < 100; index += 1) await engine.setAccountData(carol, null, `t${index}`, { filling, secret: 'of-carol' });
    const paths = [`/v1/export`, `/v1/export?user_id=${carol}`, `/v1/users/${carol}/diff?from_revision=0`, `/_matrix/client/v3/sync?user_id=${carol}`, '/v1/feed?after=start'];
    const open = await Promise.all(paths.map((path) => openUnread(path, tokens.admin)));
    const taken = await engine.eraseUser(carol);
    expect(taken.final).toBe(true);
    const ends = await Promise.all(open.map((answer) => rest(answer)));
    // What the system had taken before stays sent; nothing comes near to all that was asked for.
    for (const { text } of ends) expect((text.match(/of-carol/g) ?? []).length).toBeLessThan(90);
    expect(ends.slice(2, 4).map(({ isWhole }) => isWhole)).toEqual([false, false]);
    expect(ends[4]?.text).toContain('event: user_erased');
  });
});

describe('a history whose reader does not read', () => {
  it('holds no place: others are answered', async () => {
    const open = await Promise.all(Array.from({ length: 40 }, () => openUnread(`${base}/history?limit=1000`)));
    expect((await get(`${base}/history?limit=1`)).status).toBe(200);
    for (const answer of open) answer.destroy();
  });
});

describe('an engine of its own', () => {
  it('shares the turns it is given with whoever answers from it', async () => {
    const turns = makeTurns(systemRuntime);
    const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }), turns });
    expect(engine.turns).toBe(turns);
    await engine.close();
  });
});
