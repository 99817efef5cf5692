import { createInMemoryEventStore } from '@account-data/event-store';
import type { EventStore } from '@account-data/event-store';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

/** The same answers are expected over every store. */
const stores: ReadonlyArray<readonly [string, () => Promise<{ readonly store: EventStore; readonly remove: () => Promise<void> }>]> = [
  [
    'in memory',
    () => Promise.resolve({ store: createInMemoryEventStore({ runtime: systemRuntime }), remove: () => Promise.resolve() }),
  ],
  [
    'embedded',
    async () => {
      const path = await mkdtemp(join(tmpdir(), 'account-data-http-'));
      const store = await openLmdbEventStore({ path, runtime: systemRuntime })();
      if (E.isLeft(store)) throw new Error(store.left.message);
      return { store: store.right, remove: () => rm(path, { recursive: true, force: true }) };
    },
  ],
];

describe.each(stores)('over the store %s', (_name, openStore) => {
  let server: TestServer;
  let removeStore: () => Promise<void>;

  beforeAll(async () => {
    const { store, remove } = await openStore();
    removeStore = remove;
    server = await startTestServer({ store });
  });

  afterAll(async () => {
    await server.close();
    await removeStore();
  });

  const alice = '/_matrix/client/v3/user/@alice:example.org';
  const theme = `${alice}/account_data/org.example.theme`;
  const room = `${alice}/rooms/!work:example.org`;
  const deletion = '/_matrix/client/unstable/org.matrix.msc3391/user/@alice:example.org';

  const ask = (method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) =>
    server.ask(tokens.alice, { method, path, headers, ...(body === undefined ? {} : { body }) });

  describe('account data', () => {
    it('is set, read, replaced and deleted, global and of a room apart', async () => {
      expect(await ask('PUT', theme, '{"theme":"dark"}')).toMatchObject({ status: 200, json: {} });
      expect(await ask('GET', theme)).toMatchObject({ status: 200, json: { theme: 'dark' } });
      const ofRoom = `${room}/account_data/org.example.theme`;
      expect(await ask('GET', ofRoom)).toMatchObject({ status: 404, json: { errcode: 'M_NOT_FOUND' } });
      expect(await ask('PUT', ofRoom, '{"theme":"light"}')).toMatchObject({ status: 200, json: {} });
      expect(await ask('GET', ofRoom)).toMatchObject({ json: { theme: 'light' } });
      expect(await ask('GET', theme)).toMatchObject({ json: { theme: 'dark' } });

      expect(await ask('DELETE', `${deletion}/account_data/org.example.theme`)).toMatchObject({ status: 200, json: {} });
      expect(await ask('GET', theme)).toMatchObject({ status: 404, json: { errcode: 'M_NOT_FOUND' } });
      expect(await ask('DELETE', `${deletion}/rooms/!work:example.org/account_data/org.example.theme`)).toMatchObject({
        status: 200,
      });
      expect(await ask('GET', ofRoom)).toMatchObject({ status: 404 });
    });

    it('is deleted by {}, too', async () => {
      await ask('PUT', theme, '{"theme":"dark"}');
      expect(await ask('PUT', theme, '{}')).toMatchObject({ status: 200, json: {} });
      expect(await ask('GET', theme)).toMatchObject({ status: 404 });
    });

    it.each([
      ['PUT', theme, '{"theme":"other"}', 'if-match'],
      ['DELETE', `${deletion}/account_data/org.example.theme`, undefined, 'if-match'],
      ['PUT', `${room}/tags/u.work`, '{}', 'if-none-match'],
    ])('is not changed under a condition, of which Matrix has none: %s %s', async (method, path, body, condition) => {
      await ask('PUT', theme, '{"theme":"dark"}');
      const refused = await ask(method, path, body, { [condition]: '"1"' });
      expect(refused).toMatchObject({ status: 400, json: { errcode: 'M_INVALID_PARAM' } });
      expect(await ask('GET', theme)).toMatchObject({ json: { theme: 'dark' } });
    });

    it('absent is deleted with 200', async () => {
      expect(await ask('DELETE', `${deletion}/account_data/org.example.never`)).toMatchObject({ status: 200, json: {} });
    });

    it('is the same under r0', async () => {
      await ask('PUT', theme.replace('/v3/', '/r0/'), '{"a":1}');
      expect(await ask('GET', theme)).toMatchObject({ json: { a: 1 } });
    });

    it.each([
      ['a slash', 'a%2Fb', 'a/b'],
      ['a percent sign that looks encoded', 'a%2525', 'a%25'],
      ['unicode', '%E2%98%83.%F0%9F%98%80', '☃.😀'],
      ['a space and a plus', 'a%20b+c', 'a b+c'],
      ['__proto__', '__proto__', '__proto__'],
      ['constructor', 'constructor', 'constructor'],
      ['a question mark and a hash', '%3Fx%23y', '?x#y'],
      ['dots', '..', '..'],
    ])('has a type with %s', async (_what, encoded, type) => {
      expect(await ask('PUT', `${alice}/account_data/${encoded}`, `{"of":"${encoded}"}`)).toMatchObject({ status: 200 });
      expect(server.engine.get('@alice:example.org', null, type)?.content).toEqual({ of: encoded });
      expect(await ask('GET', `${alice}/account_data/${encoded}`)).toMatchObject({ json: { of: encoded } });
    });

    it('takes an encoded user ID', async () => {
      const path = '/_matrix/client/v3/user/%40alice%3Aexample.org/account_data/org.example.encoded';
      expect(await ask('PUT', path, '{"a":1}')).toMatchObject({ status: 200 });
      expect(server.engine.get('@alice:example.org', null, 'org.example.encoded')?.content).toEqual({ a: 1 });
    });

    it('has no type of bytes that were not percent-encoded', async () => {
      const answer = await ask('PUT', `${alice}/account_data/${Buffer.from('é').toString('latin1')}`, '{"a":1}');
      expect(answer).toMatchObject({ status: 400, json: { errcode: 'M_UNKNOWN' } });
    });

    it.each([
      ['none', {}],
      ['another', { 'content-type': 'text/plain' }],
      ['a form\'s', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['a malformed one', { 'content-type': 'garbage;;=' }],
      ['one with a charset', { 'content-type': 'application/json; charset=utf-8' }],
    ])('is taken with any Content-Type: %s', async (_what, headers) => {
      expect(await ask('PUT', theme, '{"x":1}', headers)).toMatchObject({ status: 200 });
    });

    it('GET and DELETE take Content-Type: application/json without a body', async () => {
      await ask('PUT', theme, '{"x":1}');
      const json = { 'content-type': 'application/json' };
      expect(await ask('GET', theme, undefined, json)).toMatchObject({ status: 200 });
      expect(await ask('DELETE', `${deletion}/account_data/org.example.theme`, undefined, json)).toMatchObject({ status: 200 });
    });

    it('a deletion takes any Content-Type without a body', async () => {
      await ask('PUT', theme, '{"x":1}');
      const path = `${deletion}/account_data/org.example.theme`;
      expect(await ask('DELETE', path, undefined, { 'content-type': 'text/plain' })).toMatchObject({ status: 200 });
      expect(await ask('DELETE', path, undefined, { 'content-type': 'text/plain', 'content-length': '0' })).toMatchObject({ status: 200 });
    });

    it('keeps what JSON can hold: __proto__ keys, nested, escapes, NUL, -0 as 0, the last of duplicate keys', async () => {
      const body = '{"__proto__":{"constructor":{"prototype":1}},"a":[1,{"b":null}],"\\u0000":"\\u0000","z":-0,"d":1,"d":2}';
      expect(await ask('PUT', theme, body)).toMatchObject({ status: 200 });
      const { text } = await ask('GET', theme);
      expect(text).toBe('{"__proto__":{"constructor":{"prototype":1}},"a":[1,{"b":null}],"\\u0000":"\\u0000","z":0,"d":2}');
      expect(Object.prototype).not.toHaveProperty('constructor.prototype', 1);
    });

    it('m.direct and m.ignored_user_list go through untouched', async () => {
      for (const [type, content] of [
        ['m.direct', '{"@bob:example.org":["!a:example.org"]}'],
        ['m.ignored_user_list', '{"ignored_users":{"@bob:example.org":{}}}'],
      ] as const) {
        expect(await ask('PUT', `${alice}/account_data/${type}`, content)).toMatchObject({ status: 200 });
        expect((await ask('GET', `${alice}/account_data/${type}`)).text).toBe(content);
      }
    });

    it('HEAD answers as GET without the body', async () => {
      await ask('PUT', theme, '{"x":1}');
      const answer = await ask('HEAD', theme);
      expect(answer).toMatchObject({ status: 200, text: '' });
      expect(answer.headers['content-length']).toBe('7');
    });

    it('records who asked, and the request id', async () => {
      await server.ask(tokens.service, { method: 'PUT', path: theme, body: '{"by":"service"}', headers: { 'x-request-id': 'req-1' } });
      const { entries } = await server.engine.history('@alice:example.org', { limit: 1 });
      expect(entries[0]).toMatchObject({ actor: { kind: 'service', id: 'billing' }, correlationId: 'req-1', content: { by: 'service' } });
    });
  });

  describe('room tags', () => {
    it('are set, listed and removed', async () => {
      expect(await ask('GET', `${room}/tags`)).toMatchObject({ status: 200, json: { tags: {} } });
      expect(await ask('PUT', `${room}/tags/m.favourite`, '{"order":0.25}')).toMatchObject({ status: 200, json: {} });
      expect(await ask('PUT', `${room}/tags/u.a%2Fb`, '{}')).toMatchObject({ status: 200 });
      expect(await ask('GET', `${room}/tags`)).toMatchObject({ json: { tags: { 'm.favourite': { order: 0.25 }, 'u.a/b': {} } } });
      expect(await ask('DELETE', `${room}/tags/m.favourite`)).toMatchObject({ status: 200, json: {} });
      expect(await ask('DELETE', `${room}/tags/u.a%2Fb`)).toMatchObject({ status: 200, json: {} });
      expect(await ask('DELETE', `${room}/tags/never`)).toMatchObject({ status: 200, json: {} });
      expect(await ask('GET', `${room}/tags`)).toMatchObject({ json: { tags: {} } });
    });

    it('may take 255 bytes, percent-encoded', async () => {
      const tag = '☃'.repeat(85);
      const path = `${room}/tags/${encodeURIComponent(tag)}`;
      expect(await ask('PUT', path, '{"order":1}')).toMatchObject({ status: 200 });
      expect(await ask('GET', `${room}/tags`)).toMatchObject({ json: { tags: { [tag]: { order: 1 } } } });
      await ask('DELETE', path);
    });
  });

  describe('what is refused is answered with its status and errcode, and nothing is appended', () => {
    const a256 = 'a'.repeat(256);
    const deep = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`;
    it.each<[string, string, string, string | undefined, number, string]>([
      ['no JSON', 'PUT', theme, '{"a":', 400, 'M_NOT_JSON'],
      ['no body', 'PUT', theme, undefined, 400, 'M_NOT_JSON'],
      ['an empty body', 'PUT', theme, '', 400, 'M_NOT_JSON'],
      ['an array', 'PUT', theme, '[]', 400, 'M_BAD_JSON'],
      ['a string', 'PUT', theme, '"a"', 400, 'M_BAD_JSON'],
      ['null', 'PUT', theme, 'null', 400, 'M_BAD_JSON'],
      ['1e400', 'PUT', theme, '{"a":1e400}', 400, 'M_BAD_JSON'],
      ['an integer beyond 2^53', 'PUT', theme, '{"a":{"b":[9007199254740993]}}', 400, 'M_BAD_JSON'],
      ['a lone surrogate', 'PUT', theme, '{"a":"\\ud800"}', 400, 'M_BAD_JSON'],
      ['too deep', 'PUT', theme, deep, 400, 'M_BAD_JSON'],
      ['too large', 'PUT', theme, `{"a":"${'x'.repeat(65_536)}"}`, 413, 'M_TOO_LARGE'],
      ['far too large', 'PUT', theme, `{"a":"${'x'.repeat(1_000_000)}"}`, 413, 'M_TOO_LARGE'],
      ['m.fully_read', 'PUT', `${room}/account_data/m.fully_read`, '{"event_id":"$a"}', 405, 'M_BAD_JSON'],
      ['m.push_rules', 'PUT', `${alice}/account_data/m.push_rules`, '{"global":{}}', 405, 'M_BAD_JSON'],
      ['m.tag of a room', 'PUT', `${room}/account_data/m.tag`, '{"tags":{}}', 405, 'M_BAD_JSON'],
      ['deleting m.push_rules', 'DELETE', `${deletion}/account_data/m.push_rules`, undefined, 405, 'M_BAD_JSON'],
      ['deleting m.fully_read', 'DELETE', `${deletion}/rooms/!a:b.c/account_data/m.fully_read`, undefined, 405, 'M_BAD_JSON'],
      ['deleting m.tag', 'DELETE', `${deletion}/rooms/!a:b.c/account_data/m.tag`, undefined, 405, 'M_BAD_JSON'],
      ['ignoring oneself', 'PUT', `${alice}/account_data/m.ignored_user_list`, '{"ignored_users":{"@alice:example.org":{}}}', 400, 'M_INVALID_PARAM'],
      ['NUL in a type', 'PUT', `${alice}/account_data/a%00b`, '{}', 400, 'M_INVALID_PARAM'],
      ['a long type', 'PUT', `${alice}/account_data/${a256}`, '{}', 400, 'M_INVALID_PARAM'],
      ['a long type', 'GET', `${alice}/account_data/${a256}`, undefined, 400, 'M_INVALID_PARAM'],
      ['an empty type', 'PUT', `${alice}/account_data/`, '{}', 400, 'M_INVALID_PARAM'],
      ['no room ID', 'PUT', `${alice}/rooms/work/account_data/a`, '{}', 400, 'M_INVALID_PARAM'],
      ['no room ID', 'GET', `${alice}/rooms/work/account_data/a`, undefined, 400, 'M_INVALID_PARAM'],
      ['no room ID', 'GET', `${alice}/rooms/work/tags`, undefined, 400, 'M_INVALID_PARAM'],
      ['no room ID', 'PUT', `${alice}/rooms/work/tags/a`, '{}', 400, 'M_INVALID_PARAM'],
      ['no user ID', 'PUT', '/_matrix/client/v3/user/alice/account_data/a', '{}', 400, 'M_INVALID_PARAM'],
      ['percent-encoding that is not UTF-8', 'GET', `${alice}/account_data/%ff`, undefined, 400, 'M_INVALID_PARAM'],
      ['percent-encoding that is none', 'GET', `${alice}/account_data/%zz`, undefined, 400, 'M_INVALID_PARAM'],
      ['a tag of 256 bytes', 'PUT', `${room}/tags/${a256}`, '{}', 400, 'M_INVALID_PARAM'],
      ['an order above 1', 'PUT', `${room}/tags/a`, '{"order":1.5}', 400, 'M_BAD_JSON'],
      ['an order below 0', 'PUT', `${room}/tags/a`, '{"order":-0.1}', 400, 'M_BAD_JSON'],
      ['an order of text', 'PUT', `${room}/tags/a`, '{"order":"0.5"}', 400, 'M_BAD_JSON'],
      ['an order of null', 'PUT', `${room}/tags/a`, '{"order":null}', 400, 'M_BAD_JSON'],
      ['a tag that is no object', 'PUT', `${room}/tags/a`, '[]', 400, 'M_BAD_JSON'],
      ['another user', 'PUT', '/_matrix/client/v3/user/@bob:example.org/account_data/a', '{}', 403, 'M_FORBIDDEN'],
      ['another user', 'GET', '/_matrix/client/v3/user/@bob:example.org/account_data/a', undefined, 403, 'M_FORBIDDEN'],
      ['another user', 'DELETE', `${deletion.replace('alice', 'bob')}/account_data/a`, undefined, 403, 'M_FORBIDDEN'],
      ['another user', 'PUT', '/_matrix/client/v3/user/@bob:example.org/rooms/!a:b.c/tags/a', '{}', 403, 'M_FORBIDDEN'],
      ['another user', 'GET', '/_matrix/client/v3/user/@bob:example.org/rooms/!a:b.c/tags', undefined, 403, 'M_FORBIDDEN'],
      ['a masquerade', 'GET', `${theme}?user_id=@bob:example.org`, undefined, 403, 'M_FORBIDDEN'],
      ['an unknown path', 'GET', '/_matrix/client/v3/nothing', undefined, 404, 'M_UNRECOGNIZED'],
      ['an unknown path', 'PUT', '/nothing', '{}', 404, 'M_UNRECOGNIZED'],
      ['an unknown path, by a method of elsewhere', 'PROPFIND', '/nothing', undefined, 404, 'M_UNRECOGNIZED'],
      ['a wrong method', 'POST', theme, '{}', 405, 'M_UNRECOGNIZED'],
      ['a wrong method', 'DELETE', theme, undefined, 405, 'M_UNRECOGNIZED'],
      ['a wrong method', 'PATCH', theme, '{}', 405, 'M_UNRECOGNIZED'],
      ['a wrong method', 'PUT', `${room}/tags`, '{}', 405, 'M_UNRECOGNIZED'],
      ['a wrong method', 'GET', `${deletion}/account_data/a`, undefined, 405, 'M_UNRECOGNIZED'],
      ['a method of elsewhere', 'PROPFIND', theme, undefined, 405, 'M_UNRECOGNIZED'],
    ])('%s: %s %s', async (_what, method, path, body, status, errcode) => {
      const before = await server.head();
      const answer = await ask(method, path, body);
      expect(answer).toMatchObject({ status, json: { errcode, error: expect.any(String) as string } });
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(await server.head()).toBe(before);
    });

    it('a body that is not UTF-8', async () => {
      const before = await server.head();
      const answer = await server.ask(tokens.alice, { method: 'PUT', path: theme, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) });
      expect(answer).toMatchObject({ status: 400, json: { errcode: 'M_NOT_JSON' } });
      expect(await server.head()).toBe(before);
    });

    it('is told without what was sent', async () => {
      const answer = await ask('PUT', theme, '{"secret":"hunter2","big":1e999}');
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('hunter2');
    });

    it('GET of a protected type is allowed', async () => {
      expect(await ask('GET', `${alice}/account_data/m.push_rules`)).toMatchObject({ status: 404, json: { errcode: 'M_NOT_FOUND' } });
      expect(await ask('GET', `${room}/account_data/m.fully_read`)).toMatchObject({ status: 404, json: { errcode: 'M_NOT_FOUND' } });
      expect(await ask('GET', `${room}/account_data/m.tag`)).toMatchObject({ status: 404, json: { errcode: 'M_NOT_FOUND' } });
    });
  });

  describe('tokens', () => {
    it.each<[string, Readonly<Record<string, string>>, string]>([
      ['none', {}, 'M_MISSING_TOKEN'],
      ['another scheme', { authorization: 'Basic YTpi' }, 'M_MISSING_TOKEN'],
      ['empty', { authorization: 'Bearer ' }, 'M_MISSING_TOKEN'],
      ['unknown', { authorization: 'Bearer nonsense' }, 'M_UNKNOWN_TOKEN'],
      ['nearly one', { authorization: `Bearer ${tokens.alice}x` }, 'M_UNKNOWN_TOKEN'],
    ])('%s: 401', async (_what, headers, errcode) => {
      const before = await server.head();
      const answer = await server.ask(null, { method: 'PUT', path: theme, body: '{}', headers });
      expect(answer).toMatchObject({ status: 401, json: { errcode } });
      expect(await server.head()).toBe(before);
    });

    it('are not read from the URL', async () => {
      expect(await server.ask(null, { path: `${theme}?access_token=${tokens.alice}` })).toMatchObject({
        status: 401,
        json: { errcode: 'M_MISSING_TOKEN' },
      });
    });

    it('of a service act for any user, and as the one in ?user_id=; an auditor only reads', async () => {
      const path = '/_matrix/client/v3/user/@bob:example.org/account_data/a';
      expect(await server.ask(tokens.service, { method: 'PUT', path, body: '{"a":1}' })).toMatchObject({ status: 200 });
      expect(await server.ask(tokens.service, { path: `${path}?user_id=@bob:example.org` })).toMatchObject({ status: 200 });
      expect(await server.ask(tokens.service, { path: `${path}?user_id=@alice:example.org` })).toMatchObject({ status: 403 });
      expect(await server.ask(tokens.auditor, { path })).toMatchObject({ status: 200 });
      expect(await server.ask(tokens.auditor, { method: 'PUT', path, body: '{}' })).toMatchObject({
        status: 403,
        json: { errcode: 'M_FORBIDDEN' },
      });
      expect(await server.ask(tokens.admin, { method: 'PUT', path, body: '{"a":2}' })).toMatchObject({ status: 200 });
    });

    it('never reach the log, nor do contents', async () => {
      await server.ask(tokens.alice, { method: 'PUT', path: `${theme}?access_token=leaky-query`, body: '{"secret":"hunter2"}' });
      await server.ask('leaky-header', { path: theme });
      expect(server.logged()).toContain('"status":401');
      for (const secret of ['hunter2', 'leaky-query', 'leaky-header', tokens.alice]) {
        expect(server.logged()).not.toContain(secret);
      }
    });
  });

  describe('whoami and versions', () => {
    it('tell the user of the token', async () => {
      const path = '/_matrix/client/v3/account/whoami';
      expect(await server.ask(tokens.alice, { path })).toMatchObject({ status: 200, json: { user_id: '@alice:example.org' } });
      expect(await server.ask(tokens.service, { path })).toMatchObject({ status: 403 });
      expect(await server.ask(tokens.service, { path: `${path}?user_id=@carol:example.org` })).toMatchObject({
        json: { user_id: '@carol:example.org' },
      });
      expect(await server.ask(null, { path })).toMatchObject({ status: 401 });
    });

    it('name the unstable feature', async () => {
      expect(await server.ask(null, { path: '/_matrix/client/versions' })).toMatchObject({
        status: 200,
        json: { versions: expect.arrayContaining(['v1.1']) as unknown, unstable_features: { 'org.matrix.msc3391': true } },
      });
    });
  });

  describe('browsers', () => {
    it.each([theme, '/_matrix/client/v3/nothing', '/v1/commands', '/', `${alice}/account_data/%zz`])('get CORS headers from OPTIONS %s without a token', async (path) => {
      const answer = await server.ask(null, { method: 'OPTIONS', path });
      expect(answer.status).toBe(204);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': expect.stringContaining('DELETE') as string,
        'access-control-allow-headers': expect.stringContaining('Authorization') as string,
      });
    });

    it('get them on every other answer, too', async () => {
      for (const path of [theme, '/_matrix/client/versions', '/healthz', '/v1/modules']) {
        expect((await server.ask(tokens.alice, { path })).headers['access-control-allow-origin']).toBe('*');
      }
    });
  });
});
