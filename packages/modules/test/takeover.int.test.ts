import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime as runtime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DeliverOptions, type Effect, buildPackages, readEffects, startDelivering } from './support/deliverProcess.js';
import { appendChange, lastProgress, until } from './support/world.js';

beforeAll(buildPackages);

/** So long that a busy machine alone makes nobody lose it. */
const lease = 4_000;
const patience = 60_000;
/** A soak takes over many times: ACCOUNT_DATA_TAKEOVERS=20 */
const rounds = Array.from({ length: Number(process.env['ACCOUNT_DATA_TAKEOVERS'] ?? '1') }, (_none, index) => index + 1);

interface Cluster {
  readonly store: EventStore;
  readonly options: (owner: string) => DeliverOptions;
  readonly set: (n: number) => Promise<void>;
  readonly effects: () => ReadonlyArray<Effect>;
  /** What was handled, each once for each module, by whom. */
  readonly ended: (owner: string) => ReadonlyArray<number>;
}

const cluster = async (): Promise<Cluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'account-data-takeover-'));
  const server = await startEventStoreDbDouble({});
  const store = openEventStoreDbEventStore({ connectionString: server.connectionString, runtime });
  onTestFinished(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'effects.jsonl');
  const effects = (): ReadonlyArray<Effect> => readEffects(path);
  return {
    store,
    options: (owner) => ({ store: { eventstoredb: server.connectionString }, effects: path, owner, lease, slow: 5 }),
    set: async (n) => {
      await appendChange(store, runtime, { content: { n } });
    },
    effects,
    ended: (owner) =>
      effects()
        .filter((effect) => effect.owner === owner && effect.phase === 'ends' && effect.module === 'plain')
        .map(({ n }) => n),
  };
};

const handledBy = async ({ ended }: Cluster, owner: string, n: number): Promise<void> =>
  until(() => ended(owner).includes(n), `${owner} handled ${n}`, patience);

describe.each(rounds)('two instances on one EventStoreDB (round %i)', { timeout: 180_000 }, () => {
  it('one delivers, and the other takes over in seconds when it is killed', async () => {
    const world = await cluster();
    const first = startDelivering(world.options('first'));
    await until(() => world.effects().some(({ owner }) => owner === 'first'), 'the first began', patience);
    startDelivering(world.options('second'));
    await until(() => world.effects().some(({ owner }) => owner === 'second'), 'the second began', patience);
    for (let n = 0; n < 20; n += 1) await world.set(n);
    await handledBy(world, 'first', 19);
    expect(world.ended('second')).toEqual([]);
    await first.kill();
    const killed = performance.now();
    await world.set(20);
    await handledBy(world, 'second', 20);
    expect(performance.now() - killed).toBeLessThan(10 * lease);
    const { owner, epoch } = await lastProgress(world.store);
    expect({ owner, epoch }).toEqual({ owner: 'second', epoch: 2 });
    const heard = new Set([...world.ended('first'), ...world.ended('second')]);
    expect(heard).toEqual(new Set(Array.from({ length: 21 }, (_none, n) => n)));
  });

  it('one that was stopped by SIGSTOP and woken starts no callback and moves no checkpoint', async () => {
    const world = await cluster();
    const first = startDelivering({ ...world.options('first'), slow: 20 });
    await until(() => world.effects().some(({ owner }) => owner === 'first'), 'the first began', patience);
    startDelivering(world.options('second'));
    await until(() => world.effects().some(({ owner }) => owner === 'second'), 'the second began', patience);
    for (let n = 0; n < 100; n += 1) await world.set(n);
    await until(() => world.ended('first').length > 3, 'the first is in the middle of it', patience);
    first.signal('SIGSTOP');
    const stopped = world.effects().filter(({ owner }) => owner === 'first').length;
    await handledBy(world, 'second', 99);
    await world.set(100);
    await handledBy(world, 'second', 100);
    first.signal('SIGCONT');
    for (let n = 101; n < 140; n += 1) await world.set(n);
    await handledBy(world, 'second', 139);
    // It has had the time to do what it should not: it has noticed, and waits for its turn.
    await new Promise((resolve) => setTimeout(resolve, lease));
    const late = world.effects().filter(({ owner }) => owner === 'first').slice(stopped);
    expect(late.filter(({ phase }) => phase === 'begins')).toEqual([]);
    const { owner, epoch } = await lastProgress(world.store);
    expect({ owner, epoch }).toEqual({ owner: 'second', epoch: 2 });
    const heard = new Set([...world.ended('first'), ...world.ended('second')]);
    expect(heard).toEqual(new Set(Array.from({ length: 140 }, (_none, n) => n)));
    for (const name of ['first', 'second']) {
      const numbers = world.ended(name);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });
});
