import { Revision, Position } from '@account-data/domain';
import * as t from 'io-ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountDataClient, ClientError, type ScanPart, clientTask, createAccountDataClient } from '../src/index.js';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

let server: RealServer;
let client: AccountDataClient;

beforeAll(async () => {
  server = await startRealServer();
  client = createAccountDataClient({ baseUrl: `${server.url}/`, token: tokens.service });
});

afterAll(async () => {
  await server.close();
});

const room = '!work:example.org';

describe('the activity of a user', () => {
  it('is how many changes were recorded when', async () => {
    const user = '@act:example.org';
    expect(await client.activity(user)).toBeUndefined();
    for (const n of [1, 2, 3]) await client.set(user, null, 'theme', { n });
    await client.setTag(user, room, 'u.a', {});
    const activity = await client.activity(user, { parts: 4 });
    const [newest, , oldest] = (await client.history(user)).entries;
    expect(activity).toMatchObject({ since: oldest?.time, until: (newest?.time ?? 0) + 1 });
    expect(activity?.counts).toHaveLength(4);
    expect(activity?.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect((await client.activity(user, { of: 'tags', parts: 1 }))?.counts).toEqual([1]);
    expect((await client.activity(user, { since: 0, until: 1_000, parts: 2 }))?.counts).toEqual([0, 0]);
    await expect(client.activity(user, { since: 1_000, until: 1_000 })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a scan of the log', () => {
  it('tells part by part what it found and how far it is, and goes on from any of them', async () => {
    const user = '@scanned:example.org';
    for (const n of [1, 2, 3]) await client.set(user, null, 'theme', { n }, { requestKey: 'one of three' + String(n) });
    await client.setTag(user, room, 'u.a', {}, { requestKey: 'tagging' });
    await client.set(user, null, 'last', {});
    const admin = createAccountDataClient({ baseUrl: server.url, token: tokens.admin });
    const all: Array<ScanPart> = [];
    for await (const part of admin.scan({ requestKey: 'tagging', budget: 1 })) all.push(part);
    expect(all.flatMap(({ entries }) => entries)).toMatchObject([{ userId: user, tag: 'u.a', content: {}, previousContent: null }]);
    expect(all.map(({ read }) => read)).toEqual(all.map((_, index) => index + 1));
    const fractions = all.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect([fractions.at(-1), all.at(-1)?.next]).toEqual([1, undefined]);
    const found = all.findIndex(({ entries }) => entries.length > 0);
    for (const [index, count] of [[found - 1, 1], [found, 0]] as const) {
      const rest: Array<unknown> = [];
      for await (const { entries } of admin.scan({ requestKey: 'tagging', cursor: all[index]?.next ?? '' })) rest.push(...entries);
      expect(rest).toHaveLength(count);
    }
    await expect(admin.scan({}).next()).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(admin.scan({ actor: 'x', signal: AbortSignal.abort() }).next()).rejects.toMatchObject({ _tag: 'Aborted' });
  });
});

describe('the access log', () => {
  it('tells who looked and why, as the client that looks says', async () => {
    const user = '@seen:example.org';
    let reason: string | undefined = 'Einsicht für Ticket 4711';
    const admin = createAccountDataClient({ baseUrl: server.url, token: tokens.admin, reason: () => reason });
    await admin.state(user);
    reason = undefined;
    await admin.tags(user);
    const { entries } = await admin.accessLog({ userId: user, kind: 'data', limit: 2 });
    expect(entries.map(({ userId, role, reason: why }) => [userId, role, why])).toEqual([[user, 'admin', undefined], [user, 'admin', 'Einsicht für Ticket 4711']]);
    await expect(client.accessLog()).rejects.toMatchObject({ status: 403 });
  });
});

describe('changes', () => {
  it('of global, room and deleted data are read back at once', async () => {
    const user = '@ann:example.org';
    expect(await client.get(user, null, 'theme')).toBeUndefined();
    const made = await client.set(user, null, 'theme', { n: 1 }, { reason: 'because' });
    expect(made).toMatchObject({ userId: user, revision: '0', revisions: ['0'], delivery: 'done', repeated: false });
    await client.set(user, room, 'theme', { n: 2 });
    expect(await client.get(user, null, 'theme')).toMatchObject({ roomId: null, type: 'theme', content: { n: 1 }, revision: '0', deleted: false });
    expect(await client.get(user, room, 'theme')).toMatchObject({ roomId: room, content: { n: 2 }, revision: '1' });
    await client.delete(user, null, 'theme');
    expect(await client.get(user, null, 'theme')).toBeUndefined();
    expect((await client.state(user, { includeDeleted: true })).entries).toMatchObject([{ deleted: true }, { deleted: false }]);
  });

  it.each(['a/b', '.', '..', '%2e', 'ünï 😀', '__proto__', 'a?b#c&d=e'])('take the type %j as it is', async (type) => {
    const user = '@beth:example.org';
    const content: Record<string, unknown> = JSON.parse('{"__proto__":{"a":1},"type":"x"}') as Record<string, unknown>;
    await client.set(user, null, type, content);
    await client.set(user, room, type, { room: true });
    const entry = await client.get(user, null, type);
    expect(JSON.stringify(entry?.content)).toBe('{"__proto__":{"a":1},"type":"x"}');
    expect(await client.get(user, room, type)).toMatchObject({ type, content: { room: true } });
  });

  it('under a condition fail with what is there, and change nothing', async () => {
    const user = '@carl:example.org';
    await client.set(user, null, 'a', { n: 1 }, { ifRevision: 'absent' });
    const head = await server.changesOf(user);
    const refused = client.set(user, null, 'a', { n: 2 }, { ifRevision: 'absent' });
    await expect(refused).rejects.toBeInstanceOf(ClientError);
    await expect(refused).rejects.toMatchObject({
      _tag: 'Problem',
      code: 'revision_mismatch',
      status: 412,
      problem: { current: { revision: '0', content: { n: 1 } } },
    });
    expect(await server.changesOf(user)).toBe(head);
    expect(await client.set(user, null, 'a', { n: 2 }, { ifRevision: Revision(0) })).toMatchObject({ revision: '1' });
  });

  it.each([
    ['undefined', { a: undefined }, 'invalid_content', '/a'],
    ['an infinite number', { a: { b: [1, Number.POSITIVE_INFINITY] } }, 'unsafe_number', '/a/b/1'],
    ['not a number', { a: Number.NaN }, 'invalid_content', '/a'],
    ['an integer beyond 2^53-1', { a: 2 ** 53 }, 'unsafe_number', '/a'],
    ['a date', { a: new Date(0) }, 'invalid_content', '/a'],
    ['a function', { a: () => 1 }, 'invalid_content', '/a'],
    ['half of a surrogate pair', { a: '\ud800' }, 'invalid_string', '/a'],
  ])('that JSON would alter are refused, not altered: %s', async (_, content, code, path) => {
    const user = '@odd:example.org';
    await client.set(user, null, 'a', { kept: true });
    const before = await server.changesOf(user);
    const fault = { _tag: 'Problem', code, status: 400 };
    await expect(client.set(user, null, 'a', content)).rejects.toMatchObject({ ...fault, faults: [{ path: `/commands/0/content${path}` }] });
    await expect(client.setTag(user, room, 'u.a', content)).rejects.toMatchObject(fault);
    await expect(client.batch(user, [{ type: 'b', set: {} }, { type: 'a', set: content }])).rejects.toMatchObject({
      ...fault,
      faults: [{ path: `/commands/0/changes/1/content${path}` }],
    });
    await expect(client.update(user, null, 'a', () => content)).rejects.toMatchObject(fault);
    expect(await server.changesOf(user)).toBe(before);
    expect(await client.get(user, null, 'a')).toMatchObject({ content: { kept: true } });
  });

  it('of one batch happen all or not at all', async () => {
    const user = '@dora:example.org';
    await client.set(user, null, 'a', { n: 1 });
    const done = await client.batch(user, [
      { type: 'b', set: { n: 1 } },
      { type: 'c', roomId: room, set: { n: 2 }, ifRevision: 'absent' },
      { type: 'a', delete: true },
    ]);
    expect(done.revisions).toEqual(['1', '2', '3']);
    await expect(client.batch(user, [{ type: 'x', set: {} }, { type: 'b', set: {}, ifRevision: Revision(99) }])).rejects.toMatchObject({
      code: 'revision_mismatch',
      problem: { index: 1 },
    });
    const types: Array<string> = [];
    for await (const entry of client.entries(user, { limit: 1 })) types.push(`${entry.roomId ?? ''} ${entry.type}`);
    expect(types).toEqual([' b', `${room} c`]);
  });

  it('with a request key of the caller are made once', async () => {
    const user = '@eve:example.org';
    const first = await client.set(user, null, 'a', { n: 1 }, { requestKey: 'schlüssel' });
    expect(await client.set(user, null, 'a', { n: 1 }, { requestKey: 'schlüssel' })).toMatchObject({ revision: first.revision, repeated: true });
    await expect(client.set(user, null, 'a', { n: 2 }, { requestKey: 'schlüssel' })).rejects.toMatchObject({ code: 'request_key_reused', status: 409 });
    expect(await server.changesOf(user)).toBe(1);
  });

  it('of many users in one request are answered each in its place', async () => {
    const outcomes = await client.perform([
      { command: 'set', userId: '@f1:example.org', type: 'a', content: {} },
      { command: 'set', userId: '@f2:example.org', type: 'm.fully_read', content: {} },
      { command: 'set_tag', userId: '@f2:example.org', roomId: room, tag: 'u.x', content: {} },
    ]);
    expect(outcomes).toMatchObject([{ _tag: 'Done' }, { _tag: 'Refused', error: { code: 'protected_type', status: 405 } }, { _tag: 'Done' }]);
    await expect(client.perform(Array.from({ length: 101 }, () => ({ command: 'delete', userId: '@f:x.y', type: 'a' })))).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('of tags', async () => {
    const user = '@gil:example.org';
    await client.setTag(user, room, 'u.work', { order: 0.5 });
    await client.setTag(user, room, 'm.favourite', {});
    await client.removeTag(user, room, 'm.favourite');
    expect(await client.tags(user)).toMatchObject([{ roomId: room, tags: { 'u.work': { order: 0.5 } } }]);
    await expect(client.setTag(user, room, 'u.work', { order: 2 })).rejects.toMatchObject({ code: 'invalid_tag_order', status: 400 });
  });

  it('that await modules say so', async () => {
    expect(await client.set('@hal:example.org', null, 'a', {}, { await: 'modules', timeout: 5_000 })).toMatchObject({ delivery: 'done' });
    expect(await client.set('@hal:example.org', null, 'a', { n: 1 }, { await: 'appended' })).toMatchObject({ revision: '1' });
    expect(await client.get('@hal:example.org', null, 'a')).toMatchObject({ revision: '1', content: { n: 1 } });
  });
});

describe('an update', () => {
  it('adds up however many happen at once', async () => {
    const user = '@ida:example.org';
    const add = (): Promise<unknown> =>
      client.update(user, null, 'counter', (current) => ({ n: Number(current?.['n'] ?? 0) + 1 }), { conflicts: 100 });
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await client.get(user, null, 'counter')).toMatchObject({ content: { n: 12 } });
    expect(await server.changesOf(user)).toBe(12);
  });

  it('gives up after as many conflicts as it may have', async () => {
    const user = '@jo:example.org';
    let calls = 0;
    const update = client.update(
      user,
      null,
      'a',
      async () => {
        calls += 1;
        await server.engine.setAccountData(user, null, 'a', { other: calls });
        return { mine: true };
      },
      { conflicts: 2 },
    );
    await expect(update).rejects.toMatchObject({ code: 'revision_mismatch' });
    expect(calls).toBe(3);
  });
});

describe('history', () => {
  it('tells what was, pages through, and restores', async () => {
    const user = '@kim:example.org';
    for (const n of [1, 2, 3, 4, 5]) await client.set(user, null, 'a', { n }, { reason: `the ${n}.` });
    expect((await client.history(user, { limit: Infinity })).entries.length).toBeGreaterThan(2);
    const first = await client.history(user, { limit: 2 });
    expect(first.entries).toMatchObject([
      { revision: '4', content: { n: 5 }, previousContent: { n: 4 }, previousRevision: '3', reason: 'the 5.', actor: { kind: 'service', id: 'billing' }, origin: 'api' },
      { revision: '3' },
    ]);
    const seen: Array<Revision> = [];
    for await (const { revision } of client.historyEntries(user, { limit: 2, direction: 'forwards', from: Revision(1) })) seen.push(revision);
    expect(seen).toEqual(['1', '2', '3', '4']);
    expect(await client.state(user, { atRevision: Revision(1) })).toMatchObject({ revision: '1', entries: [{ content: { n: 2 } }] });
    const { time, position } = first.entries[1] ?? { time: 0, position: Position(0) };
    expect(await client.state(user, { atPosition: position })).toMatchObject({ entries: [{ content: { n: 4 } }] });
    expect((await client.history(user, { until: time })).entries.every((entry) => entry.time < time)).toBe(true);

    const diff = await client.diff(user, { from: { revision: Revision(0) }, to: { revision: Revision(3) } });
    expect(diff).toMatchObject({
      fromRevision: '0',
      toRevision: '3',
      changes: [{ roomId: null, type: 'a', change: 'changed', before: { n: 1 }, after: { n: 4 }, patch: [{ op: 'replace', path: '/n', value: 4 }] }],
    });
    await client.restore(user, Revision(0), { reason: 'as it was' });
    expect(await client.get(user, null, 'a')).toMatchObject({ content: { n: 1 }, revision: '5' });
    expect((await client.history(user, { limit: 1 })).entries).toMatchObject([{ origin: 'restore', restoredRevision: '0' }]);
    await expect(client.restore(user, Revision(0), { ifRevision: Revision(1) })).rejects.toMatchObject({ code: 'revision_mismatch' });
    await expect(client.restore(user, Revision(77))).rejects.toMatchObject({ code: 'nothing_to_restore', status: 404 });
  });

  it('across users is for auditors', async () => {
    await client.set('@lea:example.org', null, 'rare.type', { n: 1 });
    await client.set('@leo:example.org', null, 'rare.type', { n: 2 });
    const auditor = createAccountDataClient({ baseUrl: server.url, token: tokens.auditor });
    const users: Array<string> = [];
    for await (const { userId } of auditor.logHistoryEntries({ type: 'rare.type', limit: 1, direction: 'forwards' })) users.push(userId);
    expect(users).toEqual(['@lea:example.org', '@leo:example.org']);
    await expect(client.logHistory()).rejects.toMatchObject({ _tag: 'Problem', code: 'forbidden', status: 403 });
  });
});

describe('a typed account data type', () => {
  const Theme = t.readonly(t.strict({ mode: t.union([t.literal('light'), t.literal('dark')]), size: t.number }));
  const secret = 'a content that no error may tell';

  it('is read and written by its codec, of the user and in rooms', async () => {
    const user = '@mia:example.org';
    const theme = client.type('org.example.theme', Theme);
    expect(await theme.get(user)).toBeUndefined();
    await theme.set(user, { mode: 'dark', size: 1 });
    expect(await theme.get(user)).toMatchObject({ content: { mode: 'dark', size: 1 }, revision: '0' });
    await theme.update(user, (current) => ({ mode: 'light', size: (current?.size ?? 0) + 1 }));
    expect((await theme.get(user))?.content.size).toBe(2);
    await theme.inRoom(room).update(user, (current) => ({ mode: 'dark', size: current === null ? 7 : 0 }));
    expect(await client.get(user, room, 'org.example.theme')).toMatchObject({ content: { mode: 'dark', size: 7 } });
    await theme.update(user, () => null);
    expect(await theme.get(user)).toBeUndefined();
    await theme.inRoom(room).delete(user);
    expect(await theme.inRoom(room).get(user)).toBeUndefined();
  });

  it('tells where content does not fit, without it', async () => {
    const user = '@nina:example.org';
    const theme = client.type('org.example.theme', Theme);
    await client.set(user, null, 'org.example.theme', { mode: secret, size: 1 });
    const error: unknown = await theme.get(user).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ _tag: 'ContentMismatch', code: 'content_mismatch' });
    expect((error as ClientError).faults[0]?.path).toMatch(/^\/mode/);
    expect(String(error)).not.toContain(secret);
    await expect(theme.update(user, () => ({ mode: 'dark', size: 1 }))).rejects.toMatchObject({ code: 'content_mismatch' });
    expect(await server.changesOf(user)).toBe(1);
  });
});

describe('errors', () => {
  it('are tagged, in promises and in tasks, and hold no token', async () => {
    const stranger = createAccountDataClient({ baseUrl: server.url, token: 'nobody-knows-me' });
    const error: unknown = await stranger.get('@a:b.c', null, 'a').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ _tag: 'Problem', code: 'unknown_token', status: 401 });
    expect(JSON.stringify([error, String(error)])).not.toContain('nobody-knows-me');
    expect(await clientTask(() => stranger.get('@a:b.c', null, 'a'))()).toMatchObject({ _tag: 'Left', left: { code: 'unknown_token' } });
    await expect(client.set('alice', null, 'a', {})).rejects.toMatchObject({ code: 'invalid_request', faults: [{ path: '/body/commands/0/user_id' }] });
  });

  it('of a refused token ask for a new one, once', async () => {
    const asked: Array<string | undefined> = [];
    const renewing = createAccountDataClient({
      baseUrl: server.url,
      getToken: (refused) => {
        asked.push(refused);
        return refused === undefined ? 'expired' : tokens.service;
      },
    });
    await renewing.set('@olga:example.org', null, 'a', {});
    expect(asked).toEqual([undefined, 'expired']);
  });
});

describe('room tags', () => {
  it('have a history, and are read as of a moment', async () => {
    const user = '@tara:example.org';
    await client.set(user, null, 'a', { n: 1 });
    const { position } = await client.setTag(user, room, 'u.work', { order: 0.5 }, { reason: 'sorting' });
    await client.set(user, null, 'a', { n: 2 });
    await client.removeTag(user, room, 'u.work');
    const changes = [];
    for await (const change of client.tagHistoryEntries(user, { limit: 1, direction: 'forwards' })) changes.push(change);
    expect(changes).toMatchObject([
      { userId: user, roomId: room, tag: 'u.work', content: { order: 0.5 }, previousContent: null, revision: '0', reason: 'sorting', actor: { id: 'billing' } },
      { content: null, previousContent: { order: 0.5 }, previousRevision: '0', revision: '1' },
    ]);
    expect((await client.tagHistory(user, { roomId: '!other:example.org' })).entries).toEqual([]);
    expect(await client.tags(user)).toEqual([]);
    expect(await client.tags(user, { atPosition: position ?? Position(0) })).toMatchObject([{ roomId: room, tags: { 'u.work': { order: 0.5 } } }]);
    expect(await client.tags(user, { atRevision: Revision(1) })).toMatchObject([{ roomId: room }]);
    expect(await client.tags(user, { atRevision: Revision(0) })).toEqual([]);
    await expect(client.tags(user, { atRevision: Revision(0), atTime: 1 })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
