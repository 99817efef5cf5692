import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { EventStore } from '@account-data/event-store';
import type { StreamNames } from '@account-data/domain';
import { systemRuntime } from '@account-data/runtime';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createProjection, lmdbProjectionStorage, type Projection } from '../src/index.js';
import { silent } from './faultyStore.js';
import { right } from './harness.js';
import { buildPackage, program } from './support/builtPackage.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

interface DeterministicLog {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly fillTo: (count: number) => Promise<void>;
  readonly count: () => number;
}

const openLog = async (): Promise<DeterministicLog> => {
  const module = (await import(program('deterministicLog'))) as { readonly openLog: () => Promise<DeterministicLog> };
  return module.openLog();
};

interface Running {
  readonly lines: ReadonlyArray<string>;
  readonly until: (done: (lines: ReadonlyArray<string>) => boolean) => Promise<void>;
  readonly kill: () => Promise<void>;
}

const start = (path: string, first: number): Running => {
  const child = spawn(process.execPath, [program('projectForever'), path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Array<string> = [];
  let check = (): void => undefined;
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    check();
  });
  const ended = new Promise<void>((resolve) => {
    reader.once('close', resolve);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    lines,
    until: (done) =>
      Promise.race([
        new Promise<void>((resolve) => {
          check = () => {
            if (done(lines)) resolve();
          };
          check();
        }),
        ended.then(() => Promise.reject(new Error('The program ended by itself.'))),
      ]),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const open = (store: EventStore, names: StreamNames, path: string): Promise<Projection> =>
  right(createProjection({ store, storage: lmdbProjectionStorage({ path }), names, runtime: systemRuntime }));

/** How many events the log had when the program last said so. */
const countOf = (lines: ReadonlyArray<string>): number => Math.max(0, ...lines.slice(1).map((line) => Number(line.split(' ')[0])));

describe('kill -9', () => {
  it('leaves what a restart goes on from, however far writing had come', async () => {
    const path = temporaryFolder();
    const log = await openLog();
    let events = 0;
    for (let round = 0; round < 8; round += 1) {
      const running = start(path, events);
      // Killed at another moment in each round: while opening, catching up, and writing behind.
      await running.until((lines) => lines.length > round * 13);
      await running.kill();
      events = Math.max(events, countOf(running.lines));
      await log.fillTo(events + 20);
      const before = await open(silent(log.store), log.names, path);
      // What is there without reading on: nothing beyond what its checkpoint says.
      const { position } = before.health();
      expect(position === 'start' || BigInt(position) <= (await lastPosition(log.store))).toBe(true);
      await before.close();
      const projection = await open(log.store, log.names, path);
      expect(await projection.waitUntilReady(20_000)).toBe(true);
      const verified = await right(projection.verify());
      expect(verified).toMatchObject({ equal: true, differences: [] });
      expect(verified.events).toBe(events + 21);
      await projection.close();
      events += 20;
    }
    expect(events).toBeGreaterThan(300);
  });

  it('in the middle of a large write leaves no half of a stream', async () => {
    const log = await openLog();
    await log.fillTo(12_000);
    let resumed = 0;
    for (let round = 0; round < 5; round += 1) {
      const path = temporaryFolder();
      const running = start(path, 12_000);
      await running.until((lines) => lines.length > round);
      await running.kill();
      await log.fillTo(Math.max(12_000, countOf(running.lines)));
      const before = await open(silent(log.store), log.names, path);
      if (before.position() !== 'start') resumed += 1;
      await before.close();
      const projection = await open(log.store, log.names, path);
      expect(await projection.waitUntilReady(20_000)).toBe(true);
      expect(await right(projection.verify())).toMatchObject({ equal: true, differences: [] });
      await projection.close();
    }
    expect(resumed).toBeLessThanOrEqual(5);
  });
});

const lastPosition = async (store: EventStore): Promise<bigint> => {
  const head = await right(store.head());
  return head === 'start' ? -1n : BigInt(head);
};
