import { type EventStoreDbDouble, startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../src/startServer.js';
import { feedUntil } from './support/feedUntil.js';
import { rawHttp } from './support/rawHttp.js';
import { serverInFolder } from './support/serverInFolder.js';

const { folder, start, stop } = serverInFolder();

const headers = { authorization: 'Bearer t' };
const alice = '@alice:example.org';
const bob = '@bob:example.org';

let eventStoreDb: EventStoreDbDouble;

beforeEach(async () => {
  eventStoreDb = await startEventStoreDbDouble({ version: '24.10.0' });
  const store = { kind: 'eventstoredb', path: './data', connection_string: eventStoreDb.connectionString };
  await writeFile(join(folder(), 'account-data.yaml'), JSON.stringify({ auth: { tokens: [{ token: 't', role: 'admin' }] }, store }));
});

afterEach(async () => {
  await stop();
  await eventStoreDb.stop();
});

/** Sets a key; the position of the answer. */
const put = async ({ url }: RunningServer, user: string, n: number): Promise<string> => {
  const answer = await rawHttp(url, { method: 'PUT', path: `/v1/users/${user}/account_data/t`, headers, body: JSON.stringify({ n }) });
  expect(answer.status).toBe(200);
  return String(answer.headers['account-data-position']);
};

const positionOf = (token: string): number => Number(token.split('_')[0]);

const get = ({ url }: RunningServer, user: string, more: Readonly<Record<string, string>> = {}) =>
  rawHttp(url, { path: `/v1/users/${user}/account_data/t`, headers: { ...headers, ...more } });

describe('a log in EventStoreDB that is put back from a backup', () => {
  it('is what it was, without who was erased since, and who had read what is lost is told', async () => {
    let running = await start();
    await put(running, alice, 1);
    await put(running, bob, 1);
    const backup = eventStoreDb.log.backup();
    const lost = await put(running, bob, 2);
    expect(await rawHttp(running.url, { method: 'POST', path: `/v1/users/${alice}/erase`, headers })).toMatchObject({ status: 200 });

    await stop();
    await eventStoreDb.stop();
    eventStoreDb = await startEventStoreDbDouble({ version: '24.10.0', port: eventStoreDb.port, log: backup });
    eventStoreDb.log.forgetIds();
    running = await start();

    expect(await get(running, bob)).toMatchObject({ status: 200, json: { content: { n: 1 } } });
    expect((await get(running, alice)).status).toBe(404);
    const refused = await rawHttp(running.url, { method: 'PUT', path: `/v1/users/${alice}/account_data/t`, headers, body: '{}' });
    expect(refused.json).toMatchObject({ code: 'user_erased' });
    expect(await get(running, bob, { 'account-data-wait-for': lost })).toMatchObject({ status: 409, json: { code: 'position_lost' } });
    // What the node wrote by itself lies where the lost change was.
    const next = await put(running, bob, 3);
    expect(positionOf(next)).toBeGreaterThan(positionOf(lost));
    expect(await get(running, bob, { 'account-data-wait-for': lost })).toMatchObject({ status: 409, json: { code: 'position_lost' } });
    expect(await get(running, bob)).toMatchObject({ json: { content: { n: 3 } } });
  });

  it('is told from one that servers begin and leave as they do: what an idle reader kept goes on to count', async () => {
    let running = await start();
    await put(running, alice, 1);
    const kept = /^id: (.*)$/m.exec(await feedUntil(running.url, 'heartbeat=100', 'event: progress', headers))?.[1] ?? '';
    expect(positionOf(kept)).toBeGreaterThan(0);
    await stop();
    running = await start();
    await put(running, bob, 1);
    await put(running, bob, 2);
    expect(await get(running, alice, { 'account-data-wait-for': kept })).toMatchObject({ status: 200, json: { content: { n: 1 } } });
    const next = await feedUntil(running.url, '', 'event: ', { ...headers, 'last-event-id': kept });
    expect(next).toContain('event: account_data_updated');
    expect(next).toContain(bob);
  });
});
