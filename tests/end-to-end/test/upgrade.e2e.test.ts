import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, checkout, type DataFolder, exampleConfig, makeDataFolder, outputOf, type ServerProcess, startServer, tokens } from '../src/index.js';

type Answer = Readonly<Record<string, unknown>>;

/** Where a log ends moves on with each start of a server, and a cursor with it. */
const withoutEnd = ({ position: _, next: __, ...answer }: Answer): Answer => answer;

/**
 * `upgrade/version-0.1.0.tgz` holds a data folder that a server of version 0.1.0 wrote (account data, tags, deletions, a
 * restore, an erasure, what a module announced), what that server answered, and its export. It is never made anew: a later
 * version gets another file.
 */
describe('a data folder of version 0.1.0', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  let then: Readonly<Record<string, Answer>>;

  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${tokens.admin}` } });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer;
  };
  const now = async (path: string): Promise<Answer> => (await (await get(path)).json()) as Answer;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await promisify(execFile)('tar', ['-xzf', join(checkout, 'tests/end-to-end/test/upgrade/version-0.1.0.tgz'), '-C', folder.path]);
    then = JSON.parse(await readFile(join(folder.path, 'answers.json'), 'utf8')) as typeof then;
    await folder.configure(exampleConfig);
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it('is read in full, as it was', async () => {
    expect(Object.keys(then).length).toBe(7);
    for (const [path, answer] of Object.entries(then)) expect(withoutEnd(await now(path)), path).toMatchObject(withoutEnd(answer));
    const lines = (text: string): ReadonlyArray<unknown> => text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    const before = lines(await readFile(join(folder.path, 'export.jsonl'), 'utf8'));
    expect(lines(await (await get('/v1/export')).text())).toMatchObject(before);
  });

  it('takes a cursor that was given then', async () => {
    const path = '/v1/rooms/!audit:example.org/events';
    expect(await now(`${path}?cursor=${String(then[path]?.['next'])}`)).toMatchObject({ events: [], at_end: true });
  });

  it('goes on: modules are where they were, and a change is the next revision', async () => {
    const announced = (then['/v1/rooms/!audit:example.org/events']?.['events'] as ReadonlyArray<unknown>).length;
    const answer = await fetch(`${server.url}/v1/users/${alice}/account_data/org.example.theme?await=modules`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
      body: '{"theme":"new"}',
    });
    expect(await answer.json()).toMatchObject({ revision: '5' });
    const { events } = (await now('/v1/rooms/!audit:example.org/events')) as { readonly events: ReadonlyArray<unknown> };
    expect(events.length).toBe(announced + 1);
  });

  it('is what a fresh replay of the log gives', async () => {
    await outputOf(['projection', 'verify', '--url', server.url], { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } });
  });
});
