import { systemRuntime } from '@account-data/runtime';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as E from 'fp-ts/lib/Either.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config/loadConfig.js';
import { makeLogger } from '../src/observability/logging.js';
import { startServer } from '../src/startServer.js';
import type { RunningServer } from '../src/startServer.js';
import { rawHttp } from './support/rawHttp.js';

let cwd: string;
const undo: Array<() => Promise<void>> = [];

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'account-data-server-'));
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await rm(cwd, { recursive: true, force: true });
});

const double = async (options: DoubleOptions = {}): Promise<EventStoreDbDouble> => {
  const server = await startEventStoreDbDouble(options);
  undo.push(server.stop);
  return server;
};

interface Attempt {
  readonly start: () => Promise<RunningServer>;
  /** The levels and codes of what was logged. */
  readonly logged: () => ReadonlyArray<string>;
  /** How far the server's clock is ahead, in milliseconds. */
  ahead: number;
}

const attempt = (connectionString: string): Attempt => {
  const lines: Array<string> = [];
  const made: Attempt = {
    ahead: 0,
    logged: () => lines,
    start: async () => {
      const config = await loadConfig({ env: { ACCOUNT_DATA_PORT: '0', EVENTSTOREDB_URL: connectionString }, cwd })();
      if (E.isLeft(config)) throw new Error(JSON.stringify(config.left));
      const { clock } = systemRuntime;
      const server = await startServer(config.right, {
        env: {},
        logger: makeLogger('info', { write: (line) => void lines.push(line) }),
        print: () => undefined,
        runtime: { ...systemRuntime, clock: { ...clock, monotonic: () => clock.monotonic() + made.ahead } },
      });
      undo.push(server.close);
      return server;
    },
  };
  return made;
};

describe('the start on an EventStoreDB whose account', () => {
  const denials = [
    ['may not read $all', 'may_not_read_all', 'Grant it `$r`', ({ stream }: { stream: string }) => stream !== '$all'],
    ['may not append', 'may_not_append', 'Grant it `$w`', ({ action, stream }: { action: string; stream: string }) => action !== 'write' || stream.startsWith('$$')],
    ['may not set metadata', 'may_not_set_metadata', 'Grant it `$mw`', ({ action, stream }: { action: string; stream: string }) => action !== 'write' || !stream.startsWith('$$')],
  ] as const;
  for (const [what, code, advice, isAllowed] of denials) {
    it(`${what} is refused, and says what to grant; nothing is written`, async () => {
      const eventStoreDb = await double({ isAllowed });
      const before = eventStoreDb.log.records.length;
      const { start, logged } = attempt(eventStoreDb.connectionString);
      await expect(start()).rejects.toMatchObject({ code, message: expect.stringContaining(advice) as string });
      expect(logged().filter((line) => line.includes('"level":"error"') && line.includes(code))).toHaveLength(1);
      expect(eventStoreDb.log.records).toHaveLength(before);
    });
  }

  it('may not delete goes on with a warning: only erasures need it', async () => {
    const eventStoreDb = await double({ isAllowed: ({ action }) => action !== 'delete' });
    const { start, logged } = attempt(eventStoreDb.connectionString);
    await start();
    expect(logged().find((line) => line.includes('may_not_delete'))).toContain('"level":"warn"');
  });

  it('may do everything tells the version', async () => {
    const eventStoreDb = await double({ version: '23.10.3' });
    const { start, logged } = attempt(eventStoreDb.connectionString);
    await start();
    expect(logged().find((line) => line.includes('"code":"connected"'))).toContain('23.10.3');
  });

  it('can not be asked about for a moment is not refused for that', async () => {
    const eventStoreDb = await double();
    eventStoreDb.faults.add({ on: 'read-all', fault: { kind: 'not-ready' } });
    const { start, logged } = attempt(eventStoreDb.connectionString);
    await start();
    expect(logged().find((line) => line.includes('check_failed'))).toContain('"level":"warn"');
  });
});

describe('a server that loses its EventStoreDB', () => {
  it('says so in its log and metrics, after a while gets no more traffic, and comes back', async () => {
    const eventStoreDb = await double();
    const made = attempt(eventStoreDb.connectionString);
    const { url } = await made.start();
    const ready = async (): Promise<unknown> => rawHttp(url, { path: '/readyz' });
    const metric = async (name: string): Promise<number> => {
      const { text } = await rawHttp(url, { path: '/metrics' });
      return Number(new RegExp(`^account_data_projection_${name} (.+)$`, 'm').exec(text)?.[1]);
    };
    expect(await ready()).toMatchObject({ status: 200 });
    expect([await metric('live'), await metric('cut_off_seconds')]).toEqual([1, 0]);
    await eventStoreDb.stop();
    await vi.waitFor(async () => { expect(await metric('live')).toBe(0); }, 10_000);
    await vi.waitFor(() => { expect(made.logged().some((line) => line.includes('"level":"warn"') && line.includes('cut off from the log'))).toBe(true); }, 10_000);
    expect(await ready()).toMatchObject({ status: 200 });
    made.ahead = 31_000;
    expect(await metric('cut_off_seconds')).toBeGreaterThan(30);
    expect(await ready()).toMatchObject({ status: 503, json: { reasons: [expect.stringContaining('out of reach for 31 s') as string] } });
    await eventStoreDb.start();
    await vi.waitFor(async () => { expect(await ready()).toMatchObject({ status: 200 }); }, 30_000);
    expect(made.logged().some((line) => line.includes('follows the log again'))).toBe(true);
    expect([await metric('live'), await metric('cut_off_seconds')]).toEqual([1, 0]);
  });
});
