import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import type { EventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/loadConfig.js';
import { makeLogger } from '../src/observability/logging.js';
import { startServer } from '../src/startServer.js';
import type { RunningServer } from '../src/startServer.js';
import { feedUntil } from './support/feedUntil.js';
import { rawHttp } from './support/rawHttp.js';

/** Two servers over one log, each with a data folder of its own, as behind a load balancer. */

let cwd: string;
let eventStoreDb: EventStoreDbDouble;
let one: RunningServer;
let two: RunningServer;

const start = async (name: string): Promise<RunningServer> => {
  await mkdir(join(cwd, name));
  await writeFile(join(cwd, name, 'account-data.yaml'), 'auth: { tokens: [ { token: t, role: admin } ] }');
  const config = await loadConfig({
    env: { ACCOUNT_DATA_PORT: '0', EVENTSTOREDB_URL: eventStoreDb.connectionString },
    cwd: join(cwd, name),
  })();
  if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
  return startServer(config.right, { env: {}, logger: makeLogger('silent', { write: () => undefined }), print: () => undefined });
};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-servers-'));
  eventStoreDb = await startEventStoreDbDouble({ version: '24.10.0' });
  one = await start('one');
  two = await start('two');
});

afterAll(async () => {
  await one.close();
  await two.close();
  await eventStoreDb.stop();
  await rm(cwd, { recursive: true, force: true });
});

const headers = { authorization: 'Bearer t' };
const user = '/_matrix/client/v3/user/@alice:example.org';
const theme = `${user}/account_data/org.example.theme`;
const sync = '/_matrix/client/v3/sync?user_id=@alice:example.org';

describe('two servers over one EventStoreDB', () => {
  it('share one log; what one wrote the other shows to those who wait for it', async () => {
    expect(two.engine.logId).toBe(one.engine.logId);
    for (let n = 1; n <= 20; n += 1) {
      const [writer, reader] = n % 2 === 0 ? [one, two] : [two, one];
      const put = await rawHttp(writer.url, { method: 'PUT', path: theme, headers, body: JSON.stringify({ n }) });
      expect(put.status).toBe(200);
      const position = String(put.headers['account-data-position']);
      expect(await rawHttp(reader.url, { path: theme, headers: { ...headers, 'account-data-wait-for': position } })).toMatchObject({
        status: 200,
        json: { n },
      });
    }
  });

  it('take each other\'s sync tokens, and wake each other\'s long polls', async () => {
    const first = (await rawHttp(one.url, { path: sync, headers })).json as { readonly next_batch: string };
    const polling = rawHttp(two.url, { path: `${sync}&since=${first.next_batch}&timeout=30000`, headers });
    await rawHttp(one.url, { method: 'PUT', path: `${user}/rooms/!r:example.org/tags/u.work`, headers, body: '{}' });
    expect(await polling).toMatchObject({
      json: { rooms: { join: { '!r:example.org': { account_data: { events: [{ type: 'm.tag', content: { tags: { 'u.work': {} } } }] } } } } },
    });
  });

  it('decide on what the other wrote: of two changes on the same revision one is refused, with what is there', async () => {
    const key = '/v1/users/@alice:example.org/account_data/org.example.contested';
    const made = await rawHttp(one.url, { method: 'PUT', path: key, headers, body: '{"by":"nobody"}' });
    const condition = { ...headers, 'if-match': String(made.headers.etag) };
    const answers = await Promise.all([
      rawHttp(one.url, { method: 'PUT', path: key, headers: condition, body: '{"by":"one"}' }),
      rawHttp(two.url, { method: 'PUT', path: key, headers: condition, body: '{"by":"two"}' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(answers.find(({ status }) => status === 412)?.json).toMatchObject({
      code: 'revision_mismatch',
      current: { content: { by: answers[0].status === 200 ? 'one' : 'two' } },
    });
  });

  it('deliver to modules from one of them only', async () => {
    const states = await Promise.all(
      [one, two].map(async ({ url }) => (await rawHttp(url, { path: '/v1/modules', headers })).json as { readonly state: string }),
    );
    expect(states.map(({ state }) => state).sort()).toEqual(['delivering', 'following']);
  });

  it('give nothing of a user whom one of them erased, though the log still shows it: not by the feed, nor by the engine', async () => {
    const carol = '/_matrix/client/v3/user/@carol:example.org/account_data/org.example.theme';
    await rawHttp(one.url, { method: 'PUT', path: carol, headers, body: '{"secret":"of carol"}' });
    const erased = await rawHttp(one.url, { method: 'POST', path: '/v1/users/@carol:example.org/erase', headers });
    expect(erased.status).toBe(200);
    for (const { url, engine } of [one, two]) {
      const text = await feedUntil(url, 'after=start', 'event: user_erased', headers);
      expect(text).toContain('@alice:example.org');
      expect(text).not.toContain('of carol');
      const stop = new AbortController();
      const seen: Array<string> = [];
      for await (const item of engine.feed({ after: 'start', filter: { userId: '@carol:example.org' }, signal: stop.signal })) {
        if (item._tag !== 'Progress') seen.push(item._tag);
        if (item._tag === 'UserErased') stop.abort();
      }
      expect(seen).toEqual(['UserErased']);
    }
  });

  it('both get rid of the bytes of a user whom one of them erased, and the receipt says what the other still has to do', async () => {
    const dora = '@dora:example.org';
    const put = await rawHttp(one.url, { method: 'PUT', path: `/v1/users/${dora}/account_data/t`, headers, body: '{"secret":"the bytes of dora"}' });
    const position = String(put.headers['account-data-position']);
    const key = `/v1/users/${dora}/account_data/t`;
    expect(await rawHttp(two.url, { path: key, headers: { ...headers, 'account-data-wait-for': position } })).toMatchObject({ status: 200 });
    await Promise.all([one, two].map(({ engine }) => engine.projection.flush()));
    for (const name of ['one', 'two']) expect((await filesWith(join(cwd, name), 'the bytes of dora')).length).toBeGreaterThan(0);
    const receipt = await rawHttp(one.url, { method: 'POST', path: `/v1/users/${dora}/erase`, headers });
    expect(receipt.text).toContain('Other servers over this log');
    expect(await filesWith(join(cwd, 'one'), 'the bytes of dora')).toEqual([]);
    await expect.poll(() => rawHttp(two.url, { path: key, headers }).then(({ status }) => status)).toBe(404);
    expect(await rawHttp(two.url, { method: 'PUT', path: key, headers, body: '{}' })).toMatchObject({ status: 410, json: { code: 'user_erased' } });
    await expect.poll(() => filesWith(join(cwd, 'two'), 'the bytes of dora'), { timeout: 15_000 }).toEqual([]);
  });
});

/** The files under a folder that hold a text. */
const filesWith = async (folder: string, text: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const held = await Promise.all(paths.map(async (path) => (await readFile(path).catch(() => '')).includes(text)));
  return paths.filter((_, index) => held[index]);
};
