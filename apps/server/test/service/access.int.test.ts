import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../src/auth/Role.js';
import type { Role } from '../../src/auth/Role.js';
import { grants } from '../../src/service/Access.js';
import type { Grant } from '../../src/service/Access.js';
import { endpoints } from '../../src/service/endpoints/index.js';
import { startTestServer, tokens } from '../support/testServer.js';
import type { TestServer } from '../support/testServer.js';

/** The documented table, written out once more by hand: who may do what. */
const expected: Readonly<Record<string, Readonly<Record<Role, Grant>>>> = {
  'GET /v1/session': { user: 'all', service: 'all', auditor: 'all', admin: 'all' },
  'POST /v1/commands': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'GET /v1/users': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'PUT /v1/users/{userId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'DELETE /v1/users/{userId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'GET /v1/users/{userId}/rooms/{roomId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'PUT /v1/users/{userId}/rooms/{roomId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'DELETE /v1/users/{userId}/rooms/{roomId}/account_data/{type}': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'GET /v1/users/{userId}/state': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/tags': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/history': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/tags/history': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/activity': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/access-log': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/users/{userId}/diff': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'POST /v1/users/{userId}/restore': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'GET /v1/users/{userId}/restore-state': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'POST /v1/users/{userId}/restore-state': { user: 'own', service: 'all', auditor: 'none', admin: 'all' },
  'POST /v1/users/{userId}/erase': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'GET /v1/erasures': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'GET /v1/export': { user: 'own', service: 'none', auditor: 'all', admin: 'all' },
  'POST /v1/import': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'GET /v1/scan': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/history': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/feed': { user: 'own', service: 'all', auditor: 'all', admin: 'all' },
  'GET /v1/rooms/{roomId}/events': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/modules': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'GET /v1/modules/{name}/parked': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'POST /v1/modules/{name}/redrive': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/modules/{name}/drop': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/modules/{name}/replay': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/modules/{name}/pause': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/modules/{name}/resume': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/modules/{name}/forget': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'GET /v1/projection': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'POST /v1/projection/rebuild': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/projection/verify': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'GET /v1/follow': { user: 'none', service: 'none', auditor: 'all', admin: 'all' },
  'POST /v1/follow/compare': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
  'POST /v1/follow/release': { user: 'none', service: 'none', auditor: 'none', admin: 'all' },
};

const tokenOf: Readonly<Record<Role, string>> = {
  user: tokens.alice,
  service: tokens.service,
  auditor: tokens.auditor,
  admin: tokens.admin,
};

/** A body that decodes, where an endpoint takes one, so that nothing but the grant can refuse it. */
const bodies: Readonly<Record<string, (user: string) => unknown>> = {
  performCommands: (user) => ({ commands: [{ command: 'delete', user_id: user, type: 'a' }] }),
  setGlobalAccountData: () => ({ a: 1 }),
  setRoomAccountData: () => ({ a: 1 }),
  releaseFollowed: (user) => ({ user_id: user }),
  redriveParked: () => ({ all: true }),
  dropParked: () => ({ all: true }),
  replayModule: () => ({}),
  restore: () => ({ revision: '0' }),
  restoreState: () => ({ time: '2025-01-01T00:00:00Z', keys: [{ type: 'a', if_revision: 'absent' }] }),
};

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.close();
});

/** The status of the answer; a stream is cut off as soon as it has begun. */
const statusOf = async (token: string | undefined, method: string, path: string, body: unknown): Promise<number> => {
  const cut = new AbortController();
  const answer = await fetch(server.url + path, {
    method,
    signal: cut.signal,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  cut.abort();
  return answer.status;
};

describe.each(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))('%s', (name, endpoint) => {
  const pathOf = (user: string): string =>
    endpoint.path.replace('{userId}', user).replace('{roomId}', '!r:x.y').replace('{type}', 'a').replace('{name}', 'none') +
    (['getFeed', 'exportLog'].includes(endpoint.operationId) ? `?user_id=${user}` : '') +
    (endpoint.operationId === 'getDiff' ? '?from_revision=0' : '') +
    (endpoint.operationId === 'previewRestore' ? '?time=2025-01-01T00:00:00Z' : '');

  it('grants what the documented table says', () => {
    expect(grants[endpoint.need]).toEqual(expected[name]);
  });

  it.each(roles)('answers the role %s accordingly', async (role) => {
    for (const [user, granted] of [
      ['@alice:example.org', ['own', 'all']],
      ['@zoe:example.org', ['all']],
    ] as const) {
      const status = await statusOf(tokenOf[role], endpoint.method, pathOf(user), bodies[endpoint.operationId]?.(user));
      const allowed = granted.some((grant) => grant === expected[name]?.[role]);
      if (allowed) expect([401, 403, 500], `${role} for ${user}`).not.toContain(status);
      else expect(status, `${role} for ${user}`).toBe(403);
    }
  });

  it('answers nobody without a token', async () => {
    const path = pathOf('@alice:example.org');
    expect(await statusOf(undefined, endpoint.method, path, bodies[endpoint.operationId]?.('@alice:example.org'))).toBe(401);
    expect(await statusOf('nonsense', endpoint.method, path, bodies[endpoint.operationId]?.('@alice:example.org'))).toBe(401);
  });
});

describe('the table', () => {
  it('has every endpoint and no other', () => {
    expect(Object.keys(expected).sort()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('stands in the README', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    for (const [name, row] of Object.entries(expected)) {
      expect(readme).toContain(`| \`${name}\` | ${roles.map((role) => row[role]).join(' | ')} |`);
    }
  });
});
