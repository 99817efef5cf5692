import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawAnswer, RawRequest } from '../support/rawHttp.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';
import { endpoints } from '../../src/service/endpoints/index.js';
import { openApiDocument } from '../../src/service/openapi/openApiDocument.js';
import type { OpenApiDocument } from '../../src/service/openapi/openApiDocument.js';
import { problemTable } from '../../src/service/problemTable.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.close();
});

const document: OpenApiDocument = openApiDocument(endpoints, '0.0.0-test');
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'document', ...document });

const inPointer = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');

/** Fails where an answer is not one that the document promises for its status. */
const expectDocumented = (path: string, method: string, answer: RawAnswer): void => {
  const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
  expect(responses, `${method} ${path} is documented`).toBeDefined();
  const status = String(answer.status);
  const response = responses?.[status];
  if (response === undefined) throw new Error(`${method} ${path} does not document the status ${status}: ${answer.text}`);
  if (response.content === undefined) {
    expect(answer.text).toBe('');
    return;
  }
  const [type = ''] = Object.keys(response.content);
  expect(answer.headers['content-type']?.split(';')[0]).toBe(type);
  const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema'].map(inPointer).join('/');
  const valid = ajv.validate({ $ref: `document#/${pointer}` }, answer.json);
  expect(valid, `${method} ${path} ${status}: ${ajv.errorsText()} in ${answer.text}`).toBe(true);
};

const check = async (token: string | null, path: string, request: RawRequest): Promise<RawAnswer> => {
  const answer = await server.ask(token, request);
  expectDocumented(path, request.method ?? 'GET', answer);
  return answer;
};

describe('the OpenAPI document', () => {
  it('is served, with a page that loads nothing from elsewhere', async () => {
    const answer = await server.ask(null, { path: '/v1/openapi.json' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(document)));
    for (const path of ['/docs', '/errors']) {
      const page = await server.ask(null, { path });
      expect(page.status).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      expect(page.text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
  });

  it('says of every object whether it may have more than it names, so that generated clients can read open ones', () => {
    const silent: Array<string> = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { type, additionalProperties } = value as { readonly type?: unknown; readonly additionalProperties?: unknown };
      const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
      if (isObject && additionalProperties === undefined) silent.push(path);
      for (const [name, member] of Object.entries(value)) visit(member, `${path}/${name}`);
    };
    visit(document, '');
    expect(silent).toEqual([]);
  });

  it('has objects that may have anything only where contents are, under one name', () => {
    const open: Array<string> = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('additionalProperties' in value && value.additionalProperties !== false) open.push(path);
      for (const [name, member] of Object.entries(value)) visit(member, `${path}/${name}`);
    };
    visit(document, '');
    expect(open).toEqual(['/components/schemas/Content', '/components/schemas/RoomTags/properties/tags']);
    const { schemas } = document.components as { readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>> };
    expect(schemas['Content']).toMatchObject({ type: 'object', additionalProperties: true });
    expect(schemas['Current']?.properties?.['content']).toEqual({ $ref: '#/components/schemas/Content' });
  });

  it('names what operations are about, and says of each parameter what it means', () => {
    for (const { operationId, tags, parameters } of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      expect(tags, operationId).toHaveLength(1);
      for (const { name, description } of parameters) expect(description, `${operationId}, ${name}`).toMatch(/^[A-Z].{5,}/);
    }
  });

  it('has a unique operation for each endpoint', () => {
    const ids = endpoints.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.values(document.paths).flatMap((methods) => Object.keys(methods))).toHaveLength(endpoints.length);
  });

  it('is made of schemas that a validator understands, with examples that they accept', () => {
    const places = new Map<string, { readonly pointer: string; readonly examples: ReadonlyArray<unknown> }>();
    const note = (schema: unknown, examples: ReadonlyArray<unknown>, pointer: string): void => void places.set(JSON.stringify([schema, examples]), { pointer, examples });
    const visit = (value: unknown, pointer: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('schema' in value) note(value.schema, 'example' in value ? [value.example] : [], `${pointer}/schema`);
      if ('examples' in value && Array.isArray(value.examples)) note(value, value.examples, pointer);
      for (const [name, member] of Object.entries(value)) visit(member, `${pointer}/${inPointer(name)}`);
    };
    visit(document, '');
    expect(places.size).toBeGreaterThan(50);
    for (const { pointer, examples } of places.values()) {
      const validate = ajv.compile({ $ref: `document#${pointer}` });
      for (const example of examples) expect(validate(example), `${pointer}: ${ajv.errorsText(validate.errors)}`).toBe(true);
    }
  });
});

describe('answers are what the document promises', () => {
  const key = '/v1/users/{userId}/account_data/{type}';
  const users = '/v1/users/@alice:example.org';

  it('of keys', async () => {
    const path = `${users}/account_data/org.example.doc`;
    await check(tokens.alice, key, { path });
    await check(tokens.alice, key, { method: 'PUT', path, body: '{"a":1}' });
    const { headers } = await check(tokens.alice, key, { path });
    await check(tokens.alice, key, { path, headers: { 'if-none-match': headers.etag ?? '' } });
    await check(tokens.alice, key, { method: 'PUT', path, body: '{"a":2}', headers: { 'if-match': '"99"' } });
    await check(tokens.alice, key, { method: 'PUT', path, body: '[' });
    await check(tokens.bob, key, { path });
    await check(null, key, { path });
    await check(tokens.alice, key, { method: 'DELETE', path });
    const room = '/v1/users/{userId}/rooms/{roomId}/account_data/{type}';
    await check(tokens.alice, room, { method: 'PUT', path: `${users}/rooms/!r:x.y/account_data/a`, body: '{"a":1}' });
    await check(tokens.alice, room, { path: `${users}/rooms/!r:x.y/account_data/a` });
  });

  it('of commands', async () => {
    const body = JSON.stringify({
      commands: [
        { command: 'set', user_id: '@alice:example.org', type: 'a', content: { a: 1 }, request_key: 'one' },
        { command: 'set', user_id: '@alice:example.org', type: 'm.push_rules', content: {} },
        { command: 'set', user_id: '@alice:example.org', type: 'a', content: {}, if_revision: 'absent' },
        { command: 'set_tag', user_id: '@alice:example.org', room_id: '!r:x.y', tag: 'u.work', content: {} },
      ],
    });
    await check(tokens.service, '/v1/commands', { method: 'POST', path: '/v1/commands', body });
    await check(tokens.service, '/v1/commands', { method: 'POST', path: '/v1/commands', body: '{"commands":[{"command":"sing"}]}' });
  });

  it('of reads', async () => {
    await check(tokens.alice, '/v1/users/{userId}/state', { path: `${users}/state?include_deleted=true` });
    await check(tokens.alice, '/v1/users/{userId}/state', { path: `${users}/state?at_revision=0` });
    await check(tokens.alice, '/v1/users/{userId}/state', { path: `${users}/state?limit=0&frob=1` });
    await check(tokens.alice, '/v1/users/{userId}/tags', { path: `${users}/tags` });
    await check(tokens.alice, '/v1/users/{userId}/history', { path: `${users}/history?limit=2` });
    await check(tokens.alice, '/v1/users/{userId}/activity', { path: `${users}/activity?parts=3` });
    await check(tokens.alice, '/v1/users/{userId}/activity', { path: `${users}/activity?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z` });
    await check(tokens.auditor, '/v1/history', { path: '/v1/history?limit=2' });
    await check(tokens.alice, '/v1/history', { path: '/v1/history' });
    await check(tokens.auditor, '/v1/scan', { path: '/v1/scan?actor=@alice:example.org&limit=1' });
    await check(tokens.auditor, '/v1/scan', { path: '/v1/scan' });
  });

  it('of what changes and brings back', async () => {
    await check(tokens.alice, '/v1/users/{userId}/diff', { path: `${users}/diff?from_revision=0` });
    await check(tokens.alice, '/v1/users/{userId}/diff', { path: `${users}/diff` });
    await check(tokens.alice, '/v1/users/{userId}/restore', { method: 'POST', path: `${users}/restore`, body: '{"revision":"0"}' });
    await check(tokens.admin, '/v1/users/{userId}/erase', { method: 'POST', path: '/v1/users/@gone:example.org/erase' });
    await check(tokens.admin, '/v1/import', { method: 'POST', path: '/v1/import', body: 'nonsense' });
  });

  it('of operations', async () => {
    await check(tokens.auditor, '/v1/modules', { path: '/v1/modules' });
    await check(tokens.auditor, '/v1/modules/{name}/parked', { path: '/v1/modules/none/parked' });
    for (const action of ['redrive', 'drop']) {
      await check(tokens.admin, `/v1/modules/{name}/${action}`, { method: 'POST', path: `/v1/modules/none/${action}`, body: '{"all":true}' });
      await check(tokens.admin, `/v1/modules/{name}/${action}`, { method: 'POST', path: `/v1/modules/none/${action}`, body: '{}' });
    }
    await check(tokens.admin, '/v1/modules/{name}/replay', { method: 'POST', path: '/v1/modules/none/replay', body: '{}' });
    for (const action of ['pause', 'resume', 'forget']) {
      await check(tokens.admin, `/v1/modules/{name}/${action}`, { method: 'POST', path: `/v1/modules/none/${action}` });
    }
    await check(tokens.auditor, '/v1/projection', { path: '/v1/projection' });
    await check(tokens.admin, '/v1/projection/verify', { method: 'POST', path: '/v1/projection/verify' });
    await check(tokens.admin, '/v1/projection/rebuild', { method: 'POST', path: '/v1/projection/rebuild' });
  });
});

describe('problems', () => {
  it('are all on the documented page, which has no others', async () => {
    const page = await readFile(new URL('../../ERRORS.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z_]+)` \| (\d+) \| (.+) \| (.+) \|$/gm)].map(([, code, status, title, advice]) => ({ code, status: Number(status), title, advice }));
    const known = Object.entries(problemTable).map(([code, { status, title, advice }]) => ({ code, status, title, advice }));
    expect(documented).toEqual(known);
  });
});
