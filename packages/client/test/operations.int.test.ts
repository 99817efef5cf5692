import { Position } from '@account-data/domain';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AccountDataClient, createAccountDataClient } from '../src/index.js';
import { type FaultProxy, startFaultProxy } from './support/FaultProxy.js';
import { type RealServer, startRealServer, tokens } from './support/realServer.js';

/** Fails for content that says so, until it is told to recover. */
const moduleSource = `
export const module = {
  name: 'moody',
  parseConfig: (config) => config,
  setUp: (_config, api) => api.registerAccountDataCallbacks({
    onAccountDataUpdated: (_user, _room, _type, content) => {
      if (content.fail === true && globalThis.moodyRecovered !== true) throw new Error('moody');
    },
  }),
};`;

let folder: string;
let server: RealServer;
let admin: AccountDataClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-data-modules-'));
  await writeFile(join(folder, 'moody.mjs'), moduleSource);
  server = await startRealServer(`modules:
  - { module: ${join(folder, 'moody.mjs')}, config: {}, on_failure: { policy: park, attempts: 1 } }
`, true);
  admin = createAccountDataClient({ baseUrl: server.url, token: tokens.admin });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const collect = async (lines: AsyncIterable<string>): Promise<ReadonlyArray<string>> => {
  const all: Array<string> = [];
  for await (const line of lines) all.push(line);
  return all;
};

describe('modules', () => {
  it('are listed, paused and resumed; parked deliveries are re-driven, dropped and replayed', async () => {
    const user = '@ann:example.org';
    await admin.set(user, null, 'a', { fail: true }, { await: 'modules' });
    await admin.set(user, null, 'b', { fail: true }, { await: 'modules' });
    const status = await admin.modules.status();
    expect(status).toMatchObject({ state: 'delivering', modules: [{ name: 'moody', state: 'joined', parked: 2, inFlight: 0 }], unknownCheckpoints: [] });
    const parked = await admin.modules.parked('moody');
    expect(parked).toMatchObject([{ revision: '0', error: { name: 'Error' } }, { revision: '1' }]);

    const [first] = parked;
    expect(await admin.modules.redrive('moody', { eventId: first?.eventId ?? '' })).toMatchObject([{ outcome: 'failed' }]);
    Object.assign(globalThis, { moodyRecovered: true });
    expect(await admin.modules.redrive('moody', { eventId: first?.eventId ?? '' })).toMatchObject([{ eventId: first?.eventId, outcome: 'handled' }]);
    expect(await admin.modules.drop('moody', 'all')).toBe(1);
    expect(await admin.modules.parked('moody')).toEqual([]);
    expect(await admin.modules.replay('moody', { to: first?.position ?? Position(0) })).toMatchObject({ deliveries: 1, failures: 0 });
    expect(await admin.modules.replay('moody')).toMatchObject({ deliveries: 2, failures: 0 });

    await admin.modules.pause('moody');
    expect((await admin.modules.status()).modules).toMatchObject([{ state: 'paused', pausedBecause: 'requested' }]);
    await admin.modules.resume('moody');
    expect((await admin.modules.status()).modules).toMatchObject([{ replays: [] }]);
    await expect(admin.modules.forget('moody')).rejects.toMatchObject({ code: 'module_refusal' });
    await expect(admin.modules.pause('nobody')).rejects.toMatchObject({ code: 'unknown_module', status: 404 });
    const service = createAccountDataClient({ baseUrl: server.url, token: tokens.service });
    await expect(service.modules.status()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the projection', () => {
  it('is shown, rebuilt and verified', async () => {
    await admin.set('@ben:example.org', null, 'a', { n: 1 });
    expect(await admin.projection.status()).toMatchObject({ logId: server.engine.logId, ready: true, quarantined: [] });
    const rebuilt = await admin.projection.rebuild();
    expect(rebuilt.events).toBeGreaterThan(0);
    expect(rebuilt.position).not.toBeNull();
    expect(await admin.projection.verify({ limit: 5 })).toMatchObject({ equal: true, differenceCount: 0, differences: [] });
  });

  it('tells how far a comparison is while it runs', async () => {
    const { projection } = server.engine;
    const verification = { phase: 'events', events: 12, rate: 6_000.5, position: Position(40), target: Position(80), fraction: 0.5, remaining: 2 } as const;
    const health = vi.spyOn(projection, 'health').mockReturnValue({ ...projection.health(), verification });
    expect((await admin.projection.status()).verification).toEqual(verification);
    health.mockRestore();
    expect(await admin.projection.status()).not.toHaveProperty('verification');
  });
});

describe('metrics', () => {
  it('are the text that Prometheus reads, and a proxy may keep them back', async () => {
    expect(await admin.metrics()).toMatch(/^account_data_http_requests_total\{.*\} [1-9]/m);
    const proxy = await startFaultProxy(server.url);
    try {
      proxy.plan({ kind: 'answer', status: 404, body: 'Not here.' });
      await expect(createAccountDataClient({ baseUrl: proxy.url, token: tokens.alice }).metrics()).rejects.toMatchObject({ _tag: 'UnexpectedAnswer', status: 404 });
    } finally {
      await proxy.close();
    }
  });
});

describe('an export', () => {
  it('is imported elsewhere, once, from lines and from a file', async () => {
    const user = '@cleo:example.org';
    for (const n of [1, 2, 3]) await admin.set(user, null, 'a', { n, text: 'ü😀'.repeat(50) });
    await admin.setTag(user, '!r:x.y', 'u.a', {});
    const lines = await collect(admin.exportLog({ userId: user }));
    expect(lines).toHaveLength(6);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ format: 'account-data-export', user_id: user });
    expect(await collect(admin.exportLog({ userId: user, history: false }))).toHaveLength(4);
    expect((await collect(admin.exportLog())).length).toBeGreaterThan(6);

    const other = await startRealServer();
    try {
      const there = createAccountDataClient({ baseUrl: other.url, token: tokens.admin });
      expect(await there.importLog(lines, { dryRun: true })).toEqual({ lines: 6, imported: 4, known: 0, erased: 0, refused: 0, position: null, refusals: [] });
      expect(await other.changesOf(user)).toBe(0);
      expect(await there.importLog(admin.exportLog({ userId: user }))).toMatchObject({ lines: 6, imported: 4, known: 0 });
      expect(await there.importLog(new Blob([lines.join('\n'), '\n']))).toMatchObject({ imported: 0, known: 4 });
      expect(await there.get(user, null, 'a')).toMatchObject({ content: { n: 3 } });
      expect(await other.changesOf(user)).toBe(3);
      const odd = lines.map((line) => line.replaceAll('"n":2', '"n":9007199254740993').replaceAll('"source_id":"', '"source_id":"again-'));
      await expect(there.importLog(odd)).rejects.toMatchObject({ code: 'import_refused', problem: { refused: { line: 3, userId: user, type: 'a', code: 'unsafe_number' } } });
      expect(await there.importLog(odd, { dryRun: true, passOver: true })).toMatchObject({
        refused: 1,
        refusals: [{ line: 3, code: 'unsafe_number', pointer: '/content/n', kind: 'account_data', userId: user, type: 'a' }],
      });
      await expect(there.importLog(['nonsense'])).rejects.toMatchObject({ code: 'import_refused' });
      await expect(there.importLog(lines.slice(0, -1))).rejects.toMatchObject({ _tag: 'Problem' });
    } finally {
      await other.close();
    }
  });

  it('that is cut off is not taken for a whole one', async () => {
    const user = '@dan:example.org';
    for (let n = 0; n < 50; n += 1) await admin.set(user, null, 'a', { n });
    const proxy: FaultProxy = await startFaultProxy(server.url);
    try {
      const cut = createAccountDataClient({ baseUrl: proxy.url, token: tokens.admin });
      proxy.plan({ kind: 'cutAfter', bytes: 2_000 });
      await expect(collect(cut.exportLog({ userId: user }))).rejects.toMatchObject({ _tag: 'NetworkFailure' });
      proxy.plan({ kind: 'answer', status: 200, body: '{"format":"account-data-export","version":1}\n{"kind":' });
      await expect(collect(cut.exportLog({ userId: user }))).rejects.toMatchObject({ _tag: 'UnexpectedAnswer', message: expect.stringContaining('cut off') as string });
      proxy.plan({ kind: 'refuse' });
      expect(await collect(cut.exportLog({ userId: user }))).toHaveLength(52);
    } finally {
      await proxy.close();
    }
  });
});

describe('an erasure', () => {
  it('is final, and asked for again is the same one', async () => {
    const user = '@eve:example.org';
    await admin.set(user, null, 'a', { n: 1 });
    const receipt = await admin.eraseUser(user, { reason: 'asked to' });
    expect(receipt).toMatchObject({ userId: user, logId: server.engine.logId, final: true });
    expect(receipt.steps.length).toBeGreaterThan(0);
    expect(await admin.eraseUser(user)).toMatchObject({ userId: user, erasedAt: receipt.erasedAt });
    await expect(admin.set(user, null, 'a', {})).rejects.toMatchObject({ code: 'user_erased', status: 410 });
    expect(await admin.get(user, null, 'a')).toBeUndefined();
    const service = createAccountDataClient({ baseUrl: server.url, token: tokens.service });
    await expect(service.eraseUser('@finn:example.org')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
