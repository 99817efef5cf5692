import { clientsEnvironment, titleOf } from '@account-data/tests-synapse';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer, tokens } from '../support/testServer.js';

const run = promisify(execFile);
const environment = await clientsEnvironment();

/** Programs of clients of PyPI, each of which writes what it has found as one JSON object. */
describe.skipIf(environment.missing !== undefined)(titleOf('clients written in Python', environment), () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const found = async (program: string): Promise<unknown> => {
    const path = fileURLToPath(new URL(`clients/${program}.py`, import.meta.url));
    const { stdout } = await run(environment.python ?? '', [path, server.url, tokens.alice, tokens.bob], { timeout: 60_000 });
    return JSON.parse(stdout);
  };

  it('mautrix sets and reads account data and tags, understands refusals, and hears of changes by sync', async () => {
    expect(await found('mautrix_client')).toEqual({
      whoami: '@alice:example.org',
      never: 'M_NOT_FOUND',
      theme: { theme: 'dark', 'é': [1, 0.5] },
      'a/b ☃': { n: 1 },
      note: { text: 'hello' },
      tags: { 'm.favourite': 0.25, 'u.work': null },
      removed: ['u.work'],
      refused: 'M_BAD_JSON',
      stranger: 'M_FORBIDDEN',
      synced: [
        ['org.example.theme', { theme: 'dark', 'é': [1, 0.5] }],
        ['a/b ☃', { n: 1 }],
        ['org.example.theme', { theme: 'light' }],
        ['org.example.theme', {}],
      ],
    });
  });

  it('matrix-nio hears of account data and tags by sync, at first and as they change', async () => {
    expect(await found('nio_client')).toEqual({
      whoami: '@bob:example.org',
      noDirect: 'M_NOT_FOUND',
      direct: { '@alice:example.org': ['!work:example.org'] },
      first: [
        ['global', 'm.direct', { '@alice:example.org': ['!work:example.org'] }],
        ['global', 'org.example.theme', { theme: 'dark' }],
        ['!work:example.org', 'org.example.note', { text: 'hello' }],
        ['!work:example.org', 'm.tag', { 'm.favourite': { order: 0.25 } }],
      ],
      tagsOfRoom: { 'm.favourite': { order: 0.25 } },
      later: [
        ['global', 'org.example.theme', {}],
        ['!work:example.org', 'm.tag', {}],
      ],
      tagsOfRoomLater: {},
    });
  });
});
