import { type ConsumeOptions, consume, type Checkpoint } from '@account-data/consumer';
import { type FeedEvent, feedSource } from '@account-data/engine';
import { Position } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningServer } from '../src/startServer.js';
import { feedUntil } from './support/feedUntil.js';
import { rawHttp } from './support/rawHttp.js';
import { serverInFolder } from './support/serverInFolder.js';

/**
 * An older copy of the data folder is put back, and the log goes on beyond the positions that were lost: whoever read
 * the lost ones is told, and nothing that comes now is missed.
 */

const { folder, start, stop } = serverInFolder();

const data = (): string => join(folder(), 'data');

const moduleText = `
import { appendFileSync } from 'node:fs';
export const module = {
  name: 'witness',
  parseConfig: (config) => config,
  setUp: ({ file }, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, roomId, type, content) => {
        appendFileSync(file, JSON.stringify(content) + '\\n');
      },
    });
  },
};
`;

const headers = { authorization: 'Bearer t' };
const alice = '@alice:example.org';
const sync = (since = ''): string => `/_matrix/client/v3/sync?user_id=${alice}&timeout=0${since === '' ? '' : `&since=${since}`}`;

interface SyncAnswer {
  readonly next_batch: string;
  readonly account_data?: { readonly events: ReadonlyArray<{ readonly type: string; readonly content: unknown }> };
}

const syncOf = async ({ url }: RunningServer, since = ''): Promise<SyncAnswer> => {
  const answer = await rawHttp(url, { path: sync(since), headers });
  expect(answer.status).toBe(200);
  return answer.json as SyncAnswer;
};

const typesOf = (answer: SyncAnswer): ReadonlyArray<string> => (answer.account_data?.events ?? []).map(({ type }) => type).sort();

/** Sets keys named `<prefix>0` to `<prefix>n-1`, and gives the position header of the last answer. */
const fill = async ({ url }: RunningServer, prefix: string, count: number): Promise<string> => {
  let position = '';
  for (let n = 0; n < count; n += 1) {
    const path = `/_matrix/client/v3/user/${alice}/account_data/${prefix}${String(n)}`;
    const put = await rawHttp(url, { method: 'PUT', path, headers, body: JSON.stringify({ n }) });
    expect(put.status).toBe(200);
    position = String(put.headers['account-data-position']);
  }
  return position;
};

/** A consumer's database, in memory. */
const memoryDatabase = (checkpoint: Checkpoint | null) => {
  const state = { checkpoint };
  const database: ConsumeOptions<FeedEvent, undefined>['database'] = {
    transaction: async (work) => work(undefined),
    loadCheckpoint: () => state.checkpoint,
    saveCheckpoint: (_, saved) => {
      state.checkpoint = saved;
    },
  };
  return { state, database };
};

const consumeUntil = async (running: RunningServer, checkpoint: Checkpoint | null, type: string) => {
  const ended = new AbortController();
  const { state, database } = memoryDatabase(checkpoint);
  const seen: Array<string> = [];
  await consume({
    source: feedSource(running.engine),
    database,
    signal: ended.signal,
    handle: (_, item) => {
      if (item._tag !== 'AccountDataUpdated') return;
      seen.push(item.type);
      if (item.type === type) ended.abort();
    },
  });
  return { seen, checkpoint: state.checkpoint };
};

/** Fills a log, copies it, lets it go on with keys `lost…`, puts the copy back and lets that go on further with keys `new…`. */
const restored = async (options: { readonly between: boolean; readonly projection: boolean }) => {
  let running = await start();
  await fill(running, 'kept', 3);
  const keptSync = await syncOf(running);
  await stop();
  await cp(data(), join(folder(), 'copy'), { recursive: true });
  running = await start();
  const lostPosition = await fill(running, 'lost', 5);
  const lostSync = await syncOf(running);
  const consumed = await consumeUntil(running, null, 'lost4');
  const listed = await rawHttp(running.url, { path: `/v1/users/${alice}/history?limit=2`, headers });
  const keptRevision = running.engine.position();
  await stop();
  await rename(data(), join(folder(), 'lost'));
  await cp(join(folder(), 'copy'), data(), { recursive: true });
  if (options.projection) {
    await rm(join(data(), 'projection'), { recursive: true, force: true });
    await cp(join(folder(), 'lost', 'projection'), join(data(), 'projection'), { recursive: true });
  }
  running = await start();
  if (options.between) await fill(running, 'new', 12);
  const cursor = (listed.json as { readonly next?: string }).next ?? '';
  return { running, keptSync, lostSync, lostPosition, consumed, cursor, lostEnd: keptRevision };
};

describe.each([
  ['that has gone on beyond the lost positions', true],
  ['that has not', false],
])('a log put back from an older copy, %s', (_, between) => {
  it('gives a sync with a lost token the whole state, and one with a token that it shares what is new', async () => {
    const { running, keptSync, lostSync } = await restored({ between, projection: false });
    const kept = ['kept0', 'kept1', 'kept2'];
    const fresh = Array.from({ length: between ? 12 : 0 }, (_unused, n) => `new${String(n)}`).sort();
    const whole = await syncOf(running, lostSync.next_batch);
    expect(typesOf(whole)).toEqual([...kept, ...fresh].sort());
    expect(typesOf(await syncOf(running, keptSync.next_batch))).toEqual(fresh);
    await fill(running, 'later', 1);
    expect(typesOf(await syncOf(running, whole.next_batch))).toEqual(['later0']);
  });

  it('tells a feed that its position is lost, and goes on from what both share', async () => {
    const { running, lostPosition } = await restored({ between, projection: false });
    if (!between) await fill(running, 'new', 12);
    for (const [query, more] of [
      [`after=${lostPosition}`, {}],
      ['', { 'last-event-id': lostPosition }],
    ] as const) {
      const text = await feedUntil(running.url, `heartbeat=1000&${query}`, '"new11"', { ...headers, ...more });
      const lost = text.indexOf('event: position_lost');
      expect(lost).toBeGreaterThan(-1);
      expect(text.slice(lost)).toContain(`"lost":"${lostPosition.split('_')[0] ?? ''}"`);
      expect(lost).toBeLessThan(text.indexOf('"new0"'));
      for (let n = 0; n < 12; n += 1) expect(text).toContain(`"new${String(n)}"`);
    }
  });

  it('refuses a wait for a lost position and a lost cursor, and says why', async () => {
    const { running, lostPosition, cursor } = await restored({ between, projection: false });
    const state = `/v1/users/${alice}/state`;
    const waited = await rawHttp(running.url, { path: state, headers: { ...headers, 'account-data-wait-for': lostPosition } });
    expect(waited).toMatchObject({ status: 409, json: { code: 'position_lost' } });
    expect(cursor).not.toBe('');
    const page = await rawHttp(running.url, { path: `/v1/users/${alice}/history?limit=2&cursor=${cursor}`, headers });
    expect(page).toMatchObject({ status: 409, json: { code: 'position_lost' } });
  });

  it('ends a consumer with an error that says what to do, and feeds one anew', async () => {
    const { running, consumed } = await restored({ between, projection: false });
    if (!between) await fill(running, 'new', 12);
    await expect(consumeUntil(running, consumed.checkpoint, 'new11')).rejects.toMatchObject({ code: 'history_lost' });
    const { seen } = await consumeUntil(running, null, 'new11');
    expect(seen).toEqual(['kept0', 'kept1', 'kept2', ...Array.from({ length: 12 }, (_unused, n) => `new${String(n)}`)]);
  });

  it('does not believe a projection that read the lost history', async () => {
    const { running } = await restored({ between: false, projection: true });
    const types = running.engine.list(alice).map(({ type }) => type).sort();
    expect(types).toEqual(['kept0', 'kept1', 'kept2']);
    expect((await running.engine.projection.verify()()) as E.Either<unknown, { readonly equal: boolean }>).toMatchObject(E.right({ equal: true }));
  });
});

describe('a projection of a lost history', () => {
  it('is told also where the log has gone on beyond it under another server', async () => {
    const first = await restored({ between: true, projection: false });
    expect(first.running.engine.list(alice)).toHaveLength(15);
    await stop();
    await rm(join(data(), 'projection'), { recursive: true, force: true });
    await cp(join(folder(), 'lost', 'projection'), join(data(), 'projection'), { recursive: true });
    const running = await start();
    expect(running.engine.list(alice).map(({ type }) => type).filter((type) => type.startsWith('lost'))).toEqual([]);
    expect(running.engine.list(alice)).toHaveLength(15);
  });
});

describe('modules over a log put back from an older copy', () => {
  it('hear of everything that comes: their checkpoint is in the log, and went back with it', async () => {
    const file = join(folder(), 'heard');
    await writeFile(join(folder(), 'witness.mjs'), moduleText);
    await writeFile(
      join(folder(), 'account-data.yaml'),
      `auth: { tokens: [ { token: t, role: admin } ] }\nstore: { path: ./data }\nmodules: [ { module: ./witness.mjs, config: { file: ${JSON.stringify(file)} } } ]\n`,
    );
    const { running } = await restored({ between: false, projection: false });
    for (let n = 0; n < 9; n += 1) await running.engine.setAccountData(alice, null, `new${String(n)}`, { heard: n }, { await: 'modules' });
    const { readFile } = await import('node:fs/promises');
    const heard = (await readFile(file, 'utf8')).trim().split('\n');
    for (let n = 0; n < 9; n += 1) expect(heard).toContain(`{"heard":${String(n)}}`);
  });
});

describe('tokens of older servers', () => {
  it('name no epoch, and are read on; only the end of the log tells that they are lost', async () => {
    const { running, keptSync, lostSync } = await restored({ between: false, projection: false });
    const old = (token: string): string => token.split('_').slice(0, 2).join('_');
    await fill(running, 'new', 1);
    expect(typesOf(await syncOf(running, old(keptSync.next_batch)))).toEqual(['new0']);
    expect(typesOf(await syncOf(running, old(lostSync.next_batch)))).toEqual(['kept0', 'kept1', 'kept2', 'new0']);
    const [item] = [await running.engine.feed({ after: Position(1_000) }).next()];
    expect(item.value).toMatchObject({ _tag: 'PositionLost', position: '0', lost: '1000' });
  });
});
