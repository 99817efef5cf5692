import { Revision, StreamName } from '@account-data/event-store';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laggingStore } from '../support/laggingStore.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.close();
});

const ask = (
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  token: string = tokens.service,
) => server.ask(token, { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

const keyOf = (user: string, type = 'theme'): string => `/v1/users/@${user}:example.org/account_data/${type}`;

describe('a key', () => {
  it('has its revision as ETag; If-Match and If-None-Match hold a change to it', async () => {
    const key = keyOf('ann');
    const made = await ask('PUT', key, { n: 1 }, { 'if-none-match': '*' });
    expect(made).toMatchObject({ status: 200, json: { user_id: '@ann:example.org', revision: '0', delivery: 'done', repeated: false } });
    expect(made.headers.etag).toBe('"0"');
    expect(await ask('PUT', key, { n: 2 }, { 'if-none-match': '*' })).toMatchObject({
      status: 412,
      json: { code: 'revision_mismatch', current: { revision: '0', content: { n: 1 } } },
    });
    expect(await ask('PUT', key, { n: 2 }, { 'if-match': '"0"' })).toMatchObject({ status: 200, json: { revision: '1' } });
    const before = await server.head();
    expect(await ask('PUT', key, { n: 3 }, { 'if-match': '"0"' })).toMatchObject({
      status: 412,
      json: { code: 'revision_mismatch', current: { revision: '1', content: { n: 2 } } },
    });
    expect(await ask('DELETE', key, undefined, { 'if-match': '"0"' })).toMatchObject({ status: 412 });
    expect(await server.head()).toBe(before);
    expect(await ask('GET', key, undefined, { 'if-none-match': '"1"' })).toMatchObject({ status: 304, text: '' });
    expect(await ask('GET', key, undefined, { 'if-none-match': '"0"' })).toMatchObject({ status: 200, json: { content: { n: 2 } } });
    expect(await ask('DELETE', key, undefined, { 'if-match': '*' })).toMatchObject({ status: 200, json: { revision: '2' } });
    expect(await ask('GET', key)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect(await ask('PUT', key, { n: 4 }, { 'if-match': '*' })).toMatchObject({ status: 412, json: { current: null } });
    expect(await ask('PUT', key, { n: 4 }, { 'if-none-match': '*' })).toMatchObject({ status: 200 });
  });

  it.each([
    [{ 'if-match': 'W/1' }],
    [{ 'if-match': '"1", "other"' }],
    [{ 'if-match': '"1",' }],
    [{ 'if-none-match': '"1"' }],
    [{ 'if-match': '*', 'if-none-match': '*' }],
  ])('refuses conditions that it can\'t keep: %j', async (headers) => {
    expect(await ask('PUT', keyOf('ben'), {}, headers)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  it.each(['W/"0"', '"0-gzip"', 'W/"0-br"', '"999", W/"0"', '"0","999"'])('takes its ETag as proxies give it back, and lists: %s', async (tag) => {
    const key = keyOf('bea', `org.example.${Buffer.from(tag).toString('hex')}`);
    const { headers } = await ask('PUT', key, { n: 1 });
    const own = tag.replaceAll('0', String(headers.etag).slice(1, -1));
    expect(await ask('GET', key, undefined, { 'if-none-match': own })).toMatchObject({ status: 304 });
    expect(await ask('PUT', key, { n: 2 }, { 'if-match': own })).toMatchObject({ status: 200 });
    expect(await ask('PUT', key, { n: 3 }, { 'if-match': own })).toMatchObject({ status: 412, json: { current: { content: { n: 2 } } } });
  });

  it('with an Idempotency-Key answers a retry the same and appends nothing', async () => {
    const first = await ask('PUT', keyOf('carl'), { a: 1 }, { 'idempotency-key': 'k1' });
    const head = await server.head();
    const again = await ask('PUT', keyOf('carl'), { a: 1 }, { 'idempotency-key': 'k1' });
    expect(first.json).toMatchObject({ position: expect.stringMatching(/^\d+$/) as string });
    expect(again).toMatchObject({ status: 200, json: { ...(first.json as object), repeated: true } });
    expect(again.headers.etag).toBe(first.headers.etag);
    expect(await ask('PUT', keyOf('carl'), { a: 2 }, { 'idempotency-key': 'k1' })).toMatchObject({
      status: 409,
      json: { code: 'request_key_reused' },
    });
    expect(await server.head()).toBe(head);
  });
});

describe('If-Match: * with an Idempotency-Key', () => {
  it('answers a retry the same, also where the change itself ended the condition, and others moved the key since', async () => {
    const headers = { 'if-match': '*', 'idempotency-key': 'set' };
    await ask('PUT', keyOf('cleo'), { n: 1 });
    expect(await ask('PUT', keyOf('cleo'), { n: 2 }, headers)).toMatchObject({ status: 200, json: { revision: '1', repeated: false } });
    expect(await ask('PUT', keyOf('cleo'), { n: 2 }, headers)).toMatchObject({ status: 200, json: { revision: '1', repeated: true } });
    await ask('PUT', keyOf('cleo'), { n: 3 });
    expect(await ask('PUT', keyOf('cleo'), { n: 2 }, headers)).toMatchObject({ status: 200, json: { revision: '1', repeated: true } });
    for (const [method, body, key] of [['PUT', {}, 'emptied'], ['DELETE', undefined, 'deleted']] as const) {
      await ask('PUT', keyOf('cleo'), { n: 4 });
      const ending = { 'if-match': '*', 'idempotency-key': key };
      const first = await ask(method, keyOf('cleo'), body, ending);
      expect(first).toMatchObject({ status: 200, json: { repeated: false } });
      const head = await server.head();
      const again = await ask(method, keyOf('cleo'), body, ending);
      expect(again).toMatchObject({ status: 200, json: { ...(first.json as object), repeated: true } });
      expect(again.headers.etag).toBe(first.headers.etag);
      expect(await server.head()).toBe(head);
    }
    expect(await ask('PUT', keyOf('cleo'), { n: 5 }, { 'if-match': '*', 'idempotency-key': 'late' })).toMatchObject({ status: 412, json: { current: null } });
  });
});

describe('commands', () => {
  it('are answered each in its place; a batch is atomic, and its conditions hold for the key', async () => {
    const user = '@dora:example.org';
    const answer = await ask('POST', '/v1/commands', {
      commands: [
        { command: 'set', user_id: user, type: 'a', content: { n: 1 }, reason: 'because' },
        { command: 'set', user_id: user, room_id: '!r:x.y', type: 'a', content: { n: 2 } },
        { command: 'set', user_id: user, type: 'm.fully_read', content: {} },
        { command: 'set_tag', user_id: user, room_id: '!r:x.y', tag: 'u.work', content: { order: 0.1 } },
        { command: 'set', user_id: user, type: 'a', content: { n: 3 }, if_revision: '7' },
      ],
    });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        results: [
          { status: 200, change: { revision: '0' } },
          { status: 200, change: { revision: '1' } },
          { status: 405, problem: { code: 'protected_type' } },
          { status: 200, change: { revision: '0' } },
          { status: 412, problem: { code: 'revision_mismatch', current: { revision: '0', content: { n: 1 } } } },
        ],
      },
    });
    const batch = await ask('POST', '/v1/commands', {
      commands: [
        {
          command: 'batch',
          user_id: user,
          changes: [
            { change: 'set', type: 'b', content: { n: 1 } },
            { change: 'delete', type: 'a' },
          ],
        },
        {
          command: 'batch',
          user_id: user,
          changes: [
            { change: 'set', type: 'c', content: { n: 1 } },
            { change: 'set', type: 'd', content: { n: 1 }, if_revision: '99' },
          ],
        },
      ],
    });
    expect(batch.json).toMatchObject({
      results: [
        { status: 200, change: { revisions: ['2', '3'] } },
        { status: 412, problem: { code: 'revision_mismatch' } },
      ],
    });
    expect(server.engine.list(user).map(({ type }) => type)).not.toContain('c');
    const { entries } = await server.engine.history(user, { direction: 'forwards', limit: 1 });
    expect(entries[0]).toMatchObject({ reason: 'because', actor: { kind: 'service', id: 'billing' } });
  });

  it('with a request key are answered the same again, and append nothing', async () => {
    const commands = { commands: [{ command: 'set', user_id: '@eve:example.org', type: 'a', content: { n: 1 }, request_key: 'once' }] };
    await ask('POST', '/v1/commands', commands);
    const head = await server.head();
    expect(await ask('POST', '/v1/commands', commands)).toMatchObject({ json: { results: [{ status: 200, change: { revision: '0', repeated: true } }] } });
    expect(await server.head()).toBe(head);
  });

  it.each([
    [{}, '/body/commands'],
    [{ commands: [] , more: 1 }, '/body/more'],
    [{ commands: [{}] }, '/body/commands/0/command'],
    [{ commands: [{ command: 'set', user_id: 'alice', type: 'a', content: {} }] }, '/body/commands/0/user_id'],
    [{ commands: [{ command: 'set', user_id: '@a:b.c', type: 'a', content: {}, if_revison: '1' }] }, '/body/commands/0/if_revison'],
    [{ commands: [{ command: 'set', user_id: '@a:b.c', type: 'a', content: {}, if_revision: 1 }] }, '/body/commands/0/if_revision'],
    [{ commands: [{ command: 'batch', user_id: '@a:b.c', changes: [{ change: 'set', type: 'a' }] }] }, '/body/commands/0/changes/0/content'],
  ])('that are malformed are refused with the place: %j', async (body, path) => {
    const before = await server.head();
    const answer = await ask('POST', '/v1/commands', body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect((answer.json as { readonly errors: ReadonlyArray<{ readonly path: string }> }).errors.map((fault) => fault.path)).toContain(path);
    expect(await server.head()).toBe(before);
  });
});

describe('state', () => {
  it('comes in pages, and as of a moment', async () => {
    for (const type of ['a', 'b', 'c', 'd', 'e']) await ask('PUT', keyOf('finn', type), { type });
    await ask('PUT', keyOf('finn', 'a'), { type: 'again' });
    const types: Array<string> = [];
    let next: string | undefined;
    do {
      const search = new URLSearchParams({ limit: '2', ...(next === undefined ? {} : { cursor: next }) });
      const page = (await ask('GET', `/v1/users/@finn:example.org/state?${search.toString()}`)).json as {
        readonly entries: ReadonlyArray<{ readonly type: string }>;
        readonly next?: string;
      };
      types.push(...page.entries.map(({ type }) => type));
      next = page.next;
    } while (next !== undefined);
    expect(types).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await ask('GET', '/v1/users/@finn:example.org/state?at_revision=1')).toMatchObject({
      json: { revision: '1', entries: [{ type: 'a', content: { type: 'a' } }, { type: 'b' }] },
    });
    expect(await ask('GET', '/v1/users/@finn:example.org/state?at_revision=1&at_time=2026-01-01T00:00:00Z')).toMatchObject({
      status: 400,
      json: { code: 'invalid_request' },
    });
    expect(await ask('GET', '/v1/users/@finn:example.org/state?cursor=nonsense')).toMatchObject({ status: 400 });
    const foreign = Buffer.from(JSON.stringify(['another-log', 'state @finn:example.org', '["","a"]'])).toString('base64url');
    expect(await ask('GET', `/v1/users/@finn:example.org/state?cursor=${foreign}`)).toMatchObject({ status: 409, json: { code: 'other_log' } });
  });
});

describe('state that changes between two pages', () => {
  const surrogate = '\u{1f600}';
  const beyond = '\uffee';

  it.each<[string, ReadonlyArray<string>, number, ReadonlyArray<string>]>([
    ['a space sorts before a quote', ['x', 'x y', 'z'], 0, ['x y', 'z']],
    ['a quote is escaped in JSON', ['a"', 'a#', 'b'], 0, ['a#', 'b']],
    ['UTF-16 and UTF-8 differ in order', [beyond, `${beyond}a`, surrogate], 1, [surrogate]],
    ['a control character is escaped in JSON', ['a\u0001', 'a!', 'b'], 0, ['a!', 'b']],
  ])('goes on after a key that was deleted: %s', async (_what, types, last, expected) => {
    const user = `@paging${String(types.length)}${String(last)}${Buffer.from(types.join()).toString('hex')}:example.org`;
    const key = (type: string): string => `/v1/users/${user}/account_data/${encodeURIComponent(type)}`;
    for (const type of types) await ask('PUT', key(type), { type });
    const first = (await ask('GET', `/v1/users/${user}/state?limit=${String(last + 1)}`)).json as {
      readonly entries: ReadonlyArray<{ readonly type: string }>;
      readonly next: string;
    };
    expect(first.entries.map(({ type }) => type)).toEqual(types.slice(0, last + 1));
    await ask('DELETE', key(types[last] ?? ''));
    const rest = await ask('GET', `/v1/users/${user}/state?cursor=${first.next}`);
    expect(rest).toMatchObject({ status: 200, json: { entries: expected.map((type) => ({ type })) } });
    expect((rest.json as { readonly entries: ReadonlyArray<unknown> }).entries).toHaveLength(expected.length);
  });

  it('of rooms, too, global data first', async () => {
    const user = '/v1/users/@roomy:example.org';
    for (const room of ['!a:x', '!a:x.y', '!b:x']) await ask('PUT', `${user}/rooms/${room}/account_data/t`, { room });
    await ask('PUT', `${user}/account_data/t`, { room: null });
    const { next } = (await ask('GET', `${user}/state?limit=2`)).json as { readonly next: string };
    await ask('DELETE', `${user}/rooms/!a:x/account_data/t`);
    expect(await ask('GET', `${user}/state?cursor=${next}`)).toMatchObject({ json: { entries: [{ room_id: '!a:x.y' }, { room_id: '!b:x' }] } });
  });

  it('refuses a cursor that was made up', async () => {
    const cursor = Buffer.from(JSON.stringify([server.engine.logId, 'state @finn:example.org', '["",7]'])).toString('base64url');
    expect(await ask('GET', `/v1/users/@finn:example.org/state?cursor=${cursor}`)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });
});

describe('history', () => {
  it('tells who changed what from what to what, in pages that appends don\'t shift', async () => {
    for (const n of [1, 2, 3, 4, 5]) await ask('PUT', keyOf('gil'), { n });
    const first = await ask('GET', '/v1/users/@gil:example.org/history?limit=2');
    expect(first.json).toMatchObject({
      entries: [
        { revision: '4', content: { n: 5 }, previous_content: { n: 4 }, previous_revision: '3', actor: { kind: 'service', id: 'billing' } },
        { revision: '3', content: { n: 4 } },
      ],
    });
    await ask('PUT', keyOf('gil'), { n: 6 });
    const { next } = first.json as { readonly next: string };
    expect((await ask('GET', `/v1/users/@gil:example.org/history?limit=2&cursor=${next}`)).json).toMatchObject({
      entries: [{ revision: '2' }, { revision: '1' }],
    });
    expect((await ask('GET', '/v1/users/@gil:example.org/history?limit=1&since=1h')).json).toMatchObject({ entries: [{ revision: '5' }] });
    expect((await ask('GET', '/v1/users/@gil:example.org/history?until=yesterday')).json).toEqual({ entries: [] });
    expect((await ask('GET', '/v1/users/@gil:example.org/state?at_time=2024-11-24%2009:00')).json).toMatchObject({ entries: [] });
    expect(await ask('GET', '/v1/users/@gil:example.org/history?since=soon')).toMatchObject({ status: 400, json: { errors: [{ path: '/query/since' }] } });
    const across = await ask('GET', '/v1/history?type=theme&limit=1', undefined, {}, tokens.auditor);
    expect(across.json).toMatchObject({ entries: [{ user_id: '@gil:example.org', content: { n: 6 } }] });
  });
});

describe('the feed', () => {
  interface Frame {
    readonly event: string;
    readonly id: string;
    readonly data: Readonly<Record<string, unknown>>;
  }

  const read = async (query: string, headers: Readonly<Record<string, string>>, count: number): Promise<ReadonlyArray<Frame>> => {
    const cut = new AbortController();
    const answer = await fetch(`${server.url}/v1/feed?${query}`, { headers: { authorization: `Bearer ${tokens.service}`, ...headers }, signal: cut.signal });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const frames: Array<Frame> = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const fields = new Map(text.slice(0, end).split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
        text = text.slice(end + 2);
        const frame = { event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(fields.get('data') ?? '{}') as Frame['data'] };
        if (frame.event !== 'progress') frames.push(frame);
      }
      if (frames.length >= count) break;
    }
    cut.abort();
    return frames;
  };

  it('begins anywhere, follows what happens, and goes on after Last-Event-ID', async () => {
    await ask('PUT', keyOf('hal'), { n: 1 });
    const following = read('after=start&user_id=@hal:example.org&tags=true', {}, 4);
    await ask('PUT', keyOf('hal'), { n: 2 });
    await ask('POST', '/v1/commands', {
      commands: [
        { command: 'set_tag', user_id: '@hal:example.org', room_id: '!r:x.y', tag: 'u.work', content: { order: 1 } },
        { command: 'remove_tag', user_id: '@hal:example.org', room_id: '!r:x.y', tag: 'u.work' },
      ],
    });
    const frames = await following;
    expect(frames.map(({ event }) => event)).toEqual(['account_data_updated', 'account_data_updated', 'room_tag_set', 'room_tag_removed']);
    expect(frames[1]?.data).toMatchObject({ user_id: '@hal:example.org', room_id: null, type: 'theme', content: { n: 2 }, revision: '1' });
    const resumed = await read('user_id=@hal:example.org&tags=true', { 'last-event-id': frames[1]?.id ?? '' }, 2);
    expect(resumed.map(({ event }) => event)).toEqual(['room_tag_set', 'room_tag_removed']);
  });

  it('refuses ids of another log, and is open to a user for itself alone', async () => {
    expect(await ask('GET', '/v1/feed?after=12_another-log')).toMatchObject({ status: 409, json: { code: 'other_log' } });
    expect(await ask('GET', '/v1/feed?after=nonsense')).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(await ask('GET', '/v1/feed', undefined, {}, tokens.alice)).toMatchObject({ status: 403 });
  });
});

describe('diff', () => {
  it('tells what changed between two moments, as JSON Patch and in words', async () => {
    const user = '@jon:example.org';
    await ask('PUT', keyOf('jon', 'a'), { n: 1, list: [1, 2, 3], gone: true });
    await ask('PUT', keyOf('jon', 'b'), { old: true });
    await ask('PUT', keyOf('jon', 'same'), { s: 1 });
    await ask('PUT', keyOf('jon', 'a'), { n: 2, list: [1, 3], fresh: { x: 1 } });
    await ask('DELETE', keyOf('jon', 'b'));
    await ask('PUT', keyOf('jon', 'c'), { new: true });
    await ask('PUT', keyOf('jon', 'same'), { s: 1 });
    const answer = await ask('GET', `/v1/users/${user}/diff?from_revision=2`);
    expect(answer).toMatchObject({ status: 200, json: { user_id: user, from_revision: '2', to_revision: '6' } });
    const { changes } = answer.json as { readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>> };
    expect(changes).toHaveLength(3);
    expect(changes[0]).toMatchObject({
      room_id: null,
      type: 'a',
      change: 'changed',
      before: { n: 1, list: [1, 2, 3], gone: true },
      after: { n: 2, list: [1, 3], fresh: { x: 1 } },
    });
    expect(changes[0]?.['readable']).toEqual([
      'removed /gone, which was true',
      'added /fresh: {"x":1}',
      'changed /n from 1 to 2',
      'removed /list/1, which was 2',
    ]);
    expect(changes[1]).toMatchObject({ type: 'b', change: 'removed', before: { old: true }, after: null });
    expect(changes[2]).toMatchObject({ type: 'c', change: 'added', before: null, patch: [{ op: 'add', path: '/new', value: true }] });
    expect((await ask('GET', `/v1/users/${user}/diff?from_revision=2&to_revision=3&type=a`)).json).toMatchObject({ changes: [{ type: 'a' }] });
    expect(await ask('GET', `/v1/users/${user}/diff`)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  it('patches apply to what was before, also with names that libraries fear, and long lists take no long time', async () => {
    const before = JSON.parse('{"__proto__":{"a":1},"list":[]}') as Record<string, unknown>;
    const after = JSON.parse('{"__proto__":{"a":2},"constructor":"x"}') as Record<string, unknown>;
    await ask('PUT', keyOf('kim', 'odd'), before);
    await ask('PUT', keyOf('kim', 'odd'), after);
    await ask('PUT', keyOf('kim', 'long'), { list: Array.from({ length: 10_000 }, (_, index) => index) });
    await ask('PUT', keyOf('kim', 'long'), { list: Array.from({ length: 10_000 }, (_, index) => index + 1) });
    const answer = await ask('GET', '/v1/users/@kim:example.org/diff?from_revision=0');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"path":"/__proto__/a","value":2');
    const long = await ask('GET', '/v1/users/@kim:example.org/diff?from_revision=2');
    expect(long.text).toContain('{"op":"replace","path":"/list","value":[1,2,3');
    expect({}).not.toHaveProperty('a');
  });
});

describe('restore', () => {
  it('sets a key to what it was, as a new change that says so', async () => {
    await ask('PUT', keyOf('leo'), { n: 1 });
    await ask('PUT', keyOf('leo'), { n: 2 });
    expect(await ask('POST', '/v1/users/@leo:example.org/restore', { revision: '0', reason: 'a mistake' })).toMatchObject({
      status: 200,
      json: { revision: '2' },
    });
    expect(await ask('GET', keyOf('leo'))).toMatchObject({ json: { content: { n: 1 } } });
    expect((await ask('GET', '/v1/users/@leo:example.org/history?limit=1')).json).toMatchObject({
      entries: [{ origin: 'restore', restored_revision: '0', reason: 'a mistake' }],
    });
    expect(await ask('POST', '/v1/users/@leo:example.org/restore', { revision: '99' })).toMatchObject({ status: 404, json: { code: 'nothing_to_restore' } });
  });

  it('brings back all keys as of a time, as they were previewed or not at all, and leaves tags as they are', async () => {
    const user = '/v1/users/@ria:example.org';
    const commands = (...changes: ReadonlyArray<object>) => ask('POST', '/v1/commands', { commands: changes.map((change) => ({ user_id: '@ria:example.org', ...change })) });
    // What was imported kept its own time, which is long ago.
    const record = { kind: 'account_data', user_id: '@ria:example.org', room_id: null, content: { n: 1 }, time: Date.UTC(2001, 1, 3), actor: { kind: 'user', id: '@ria:example.org' } };
    const header = { format: 'account-data-export', version: 1, log_id: 'x', history: true };
    const lines = [header, ...['a', 'b', 'c'].map((type) => ({ ...record, type, source_id: `ria ${type}` })), { end: true, records: 3 }];
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await server.ask(tokens.admin, { method: 'POST', path: '/v1/import', headers: { 'content-type': 'application/x-ndjson' }, body })).toMatchObject({ json: { imported: 3 } });
    const time = '2001-03-01T00:00:00Z';
    await commands(
      { command: 'set', type: 'a', content: { n: 2 } },
      { command: 'delete', type: 'b' },
      { command: 'set', type: 'd', content: { n: 4 } },
      { command: 'set_tag', room_id: '!r:example.org', tag: 'u.new', content: {} },
    );
    const preview = async (filter = '') => (await ask('GET', `${user}/restore-state?time=${encodeURIComponent(time)}${filter}`)).json as { readonly changes: ReadonlyArray<{ readonly type: string; readonly if_revision: string }> };
    const shown = await preview();
    expect(shown).toMatchObject({
      changes: [
        { type: 'a', change: 'changed', before: { n: 2 }, after: { n: 1 }, if_revision: '3' },
        { type: 'b', change: 'added', before: null, after: { n: 1 }, if_revision: 'absent' },
        { type: 'd', change: 'removed', before: { n: 4 }, after: null, if_revision: '5' },
      ],
    });
    expect((await preview('&type=d')).changes).toHaveLength(1);
    expect((await preview('&by=recorded')).changes).toMatchObject([{ type: 'a', after: null }, { type: 'c', after: null }, { type: 'd', after: null }]);
    const keys = shown.changes.map(({ type, if_revision }) => ({ type, if_revision }));
    await commands({ command: 'set', type: 'd', content: { n: 5 } });
    expect(await ask('POST', `${user}/restore-state`, { time, keys })).toMatchObject({ status: 412, json: { code: 'revision_mismatch' } });
    expect((await ask('GET', `${user}/state`)).json).toMatchObject({ revision: '6' });

    const again = (await preview()).changes.map(({ type, if_revision }) => ({ type, if_revision }));
    const request = { time, keys: again, reason: 'as it was', request_key: 'restore-mia' };
    expect(await ask('POST', `${user}/restore-state`, request)).toMatchObject({ status: 200, json: { revisions: ['7', '8', '9'], repeated: false } });
    expect(await ask('POST', `${user}/restore-state`, request)).toMatchObject({ status: 200, json: { repeated: true } });
    expect(await preview()).toMatchObject({ changes: [] });
    expect((await ask('GET', `${user}/state`)).json).toMatchObject({ entries: [{ type: 'a', content: { n: 1 } }, { type: 'b', content: { n: 1 } }, { type: 'c', content: { n: 1 } }] });
    expect((await ask('GET', `${user}/tags`)).json).toMatchObject({ rooms: [{ tags: { 'u.new': {} } }] });
    expect((await ask('GET', `${user}/history?limit=1`)).json).toMatchObject({ entries: [{ origin: 'restore', reason: 'as it was' }] });
  });
});

describe('export and import', () => {
  it('carry a log into another, once', async () => {
    const other = await startTestServer();
    await ask('PUT', keyOf('mia'), { n: 1, text: 'two\u2028lines ☃' });
    await ask('PUT', keyOf('mia'), { n: 2 });
    const exported = await ask('GET', '/v1/export?user_id=@mia:example.org', undefined, {}, tokens.auditor);
    expect(exported.headers['content-type']).toBe('application/x-ndjson');
    expect(exported.text.trimEnd().split('\n')).toHaveLength(4);
    const send = (text: string) =>
      other.ask(tokens.admin, { method: 'POST', path: '/v1/import', body: text, headers: { 'content-type': 'application/x-ndjson' } });
    expect(await send(exported.text)).toMatchObject({ status: 200, json: { imported: 2, known: 0 } });
    expect(await send(exported.text)).toMatchObject({ status: 200, json: { imported: 0, known: 2 } });
    expect(other.engine.get('@mia:example.org', null, 'theme')?.content).toEqual({ n: 2 });
    const { entries } = await other.engine.history('@mia:example.org', { direction: 'forwards' });
    expect(entries[0]).toMatchObject({ content: { n: 1, text: 'two\u2028lines ☃' } });
    const before = await other.head();
    expect(await send('nonsense\n')).toMatchObject({ status: 400, json: { code: 'import_refused' } });
    expect(await other.head()).toBe(before);
    await other.close();
  });
});

describe('a stored time that no calendar has', () => {
  it('is shown as the last one that has a text, and breaks no history', async () => {
    await ask('PUT', keyOf('pam'), { n: 1 });
    const metadata = { schemaVersion: 1, actor: { kind: 'service', id: 's' }, $correlationId: 'c', origin: 'import', originalTime: 1e300 };
    const data = { userId: '@pam:example.org', roomId: null, type: 'theme', content: { n: 2 } };
    await server.store.append(StreamName('account_data-@pam:example.org'), [{ id: randomUUID(), type: 'AccountDataUpdated', data, metadata }], Revision(0))();
    await server.engine.projection.waitForRevision('account_data-@pam:example.org', Revision(1), 5_000);
    expect(await ask('GET', '/v1/users/@pam:example.org/history')).toMatchObject({
      status: 200,
      json: { entries: [{ content: { n: 2 }, original_time: '9999-12-31T23:59:59.999Z' }, { content: { n: 1 } }] },
    });
  });
});

describe('the times that are asked for', () => {
  it('are those when a change was made, also of an import, or when it was recorded', async () => {
    const metadata = { schemaVersion: 1, actor: { kind: 'service', id: 's' }, $correlationId: 'c', origin: 'import', originalTime: Date.UTC(2020, 0, 2) };
    const data = { userId: '@old:example.org', roomId: null, type: 'theme', content: { n: 1 } };
    await server.store.append(StreamName('account_data-@old:example.org'), [{ id: randomUUID(), type: 'AccountDataUpdated', data, metadata }], 'no-stream')();
    await server.engine.projection.waitForRevision('account_data-@old:example.org', Revision(0), 5_000);
    const user = '/v1/users/@old:example.org';
    const counted = async (path: string): Promise<unknown> => {
      const { json } = await ask('GET', path, undefined, {}, tokens.auditor);
      return (json as { readonly entries?: ReadonlyArray<unknown> }).entries?.length;
    };
    for (const [path, original, recorded] of [
      [`${user}/history?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z`, 1, 0],
      [`${user}/history?since=2020-02-01T00:00:00Z`, 0, 1],
      [`${user}/state?at_time=2020-02-01T00:00:00Z`, 1, 0],
      [`/v1/history?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z`, 1, 0],
    ] as const) {
      expect([path, await counted(path), await counted(`${path}&by=recorded`)]).toEqual([path, original, recorded]);
    }
    expect(await ask('GET', `${user}/history?by=hearsay`)).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });
});

describe('erasure', () => {
  it('is answered with a receipt, is final, and the feed tells of it', async () => {
    await ask('PUT', keyOf('ned'), { secret: 1 });
    const receipt = await ask('POST', '/v1/users/@ned:example.org/erase', { reason: 'asked for' }, {}, tokens.admin);
    expect(receipt).toMatchObject({ status: 200, json: { user_id: '@ned:example.org', final: true, steps: expect.any(Array) as unknown } });
    expect(await ask('GET', keyOf('ned'))).toMatchObject({ status: 404 });
    expect(await ask('PUT', keyOf('ned'), { again: 1 })).toMatchObject({ status: 410, json: { code: 'user_erased' } });
    expect(await server.ask(tokens.service, { method: 'PUT', path: '/_matrix/client/v3/user/@ned:example.org/account_data/a', body: '{}' })).toMatchObject({
      status: 403,
      json: { errcode: 'M_USER_DEACTIVATED' },
    });
    expect(await server.ask(tokens.admin, { method: 'POST', path: '/v1/users/@ned:example.org/erase' })).toMatchObject({ status: 200 });
  });
});

describe('positions', () => {
  it('of a change that reads may not show yet is the change\'s own', async () => {
    const { headers, json } = await ask('PUT', `${keyOf('ora')}?await=appended`, { n: 1 });
    const { position } = json as { readonly position: string };
    const [place = '0'] = String(headers['account-data-position']).split('_');
    expect(BigInt(place)).toBeGreaterThanOrEqual(BigInt(position));
    const waited = await ask('GET', keyOf('ora'), undefined, { 'account-data-wait-for': String(headers['account-data-position']) });
    expect(waited).toMatchObject({ status: 200, json: { content: { n: 1 } } });
  });

  it('are in every answer, and may be waited for', async () => {
    const { headers } = await ask('PUT', keyOf('ida'), { n: 1 });
    const position = String(headers['account-data-position']);
    expect(position).toMatch(/^\d+_/);
    expect(await ask('GET', keyOf('ida'), undefined, { 'account-data-wait-for': position })).toMatchObject({ status: 200 });
    const [place = '0', logId = ''] = position.split('_');
    const ahead = `${String(BigInt(place) + 1_000_000n)}_${logId}`;
    expect(await ask('GET', keyOf('ida'), undefined, { 'account-data-wait-for': ahead, prefer: 'wait=0' })).toMatchObject({
      status: 409,
      json: { code: 'position_lost' },
    });
    expect(await ask('GET', keyOf('ida'), undefined, { 'account-data-wait-for': `${place}_another` })).toMatchObject({ status: 409, json: { code: 'other_log' } });
    expect(await ask('GET', keyOf('ida'), undefined, { 'account-data-wait-for': 'soon' })).toMatchObject({ status: 400 });
  });
});

describe('a position that this server has not read as far as', () => {
  it('is waited for, and then said not to be reached', async () => {
    const { store, runAhead } = laggingStore();
    const lagging = await startTestServer({ store });
    const ahead = `${await runAhead()}_${lagging.engine.logId}`;
    expect(
      await lagging.ask(tokens.admin, { path: keyOf('ida'), headers: { 'account-data-wait-for': ahead, prefer: 'wait=0' } }),
    ).toMatchObject({ status: 503, json: { code: 'position_not_reached' } });
    await lagging.close();
  });
});

describe('the bytes of a user', () => {
  it('are limited at both APIs, but for what deletes and what shrinks', async () => {
    const small = await startTestServer({ limits: { maxBytesPerUser: 20 } });
    const key = keyOf('alice');
    const send = (method: string, path: string, content?: unknown, token: string = tokens.service) =>
      small.ask(token, { method, path, ...(content === undefined ? {} : { body: JSON.stringify(content) }) });
    expect(await send('PUT', key, { v: 'x'.repeat(12) })).toMatchObject({ status: 200 });
    const head = await small.head();
    expect(await send('PUT', keyOf('alice', 'other'), { v: 1 })).toMatchObject({
      status: 413,
      json: { code: 'too_much_data', type: '/errors#too_much_data' },
    });
    expect(await send('PUT', '/_matrix/client/v3/user/@alice:example.org/account_data/other', { v: 1 }, tokens.alice)).toMatchObject({
      status: 413,
      json: { errcode: 'M_TOO_LARGE' },
    });
    expect(await small.head()).toBe(head);
    expect(await send('PUT', key, { v: 'x'.repeat(11) })).toMatchObject({ status: 200 });
    expect(await send('DELETE', key)).toMatchObject({ status: 200 });
    expect(await send('PUT', keyOf('alice', 'other'), { v: 1 })).toMatchObject({ status: 200 });
    await small.close();
  });
});

describe('whatever is not there', () => {
  it('is answered with problem details under /v1', async () => {
    expect(await ask('GET', '/v1/nothing')).toMatchObject({ status: 404, json: { code: 'not_found', type: '/errors#not_found' } });
    const wrong = await ask('DELETE', '/v1/commands');
    expect(wrong).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } });
    expect(wrong.headers.allow).toBe('POST, OPTIONS');
    expect(await ask('POST', '/v1/commands', { a: 'x'.repeat(3_000_000) })).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
  });
});
