import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@account-data/event-store';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { openLmdbEventStore } from '@account-data/event-store-lmdb';
import { systemRuntime as runtime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DeadlyOptions, type Effect, buildPackages, readEffects, startDeadly } from './support/deliverProcess.js';
import { appendChange, lastProgress, names, right } from './support/world.js';

beforeAll(buildPackages);

const count = 64;
const user = (n: number): string => `@user${n}:example.org`;
const deadly = 31;
const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'account-data-deadly-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** One change of each user, and a second one of the deadly user. Answers the event ID of the deadly one. */
const fill = async (store: EventStore): Promise<string> => {
  let eventId = '';
  for (let n = 0; n < count; n += 1) {
    const appended = await appendChange(store, runtime, { user: user(n), content: { n } });
    if (n === deadly) ({ eventId } = appended);
  }
  return eventId;
};

/** Of both modules everything is handled, but for the deadly change of the deadly module; and it was alone at its latest deaths. */
const expectOneParked = async (store: EventStore, effects: ReadonlyArray<Effect>, eventId: string): Promise<void> => {
  const ended = (module: string) => new Set(effects.filter((effect) => effect.phase === 'ends' && effect.module === module).map(({ n }) => n));
  const all = Array.from({ length: count }, (_none, n) => n);
  expect(ended('deadly')).toEqual(new Set(all.filter((n) => n !== deadly)));
  expect(ended('after')).toEqual(new Set(all));
  const deaths = effects.filter(({ phase }) => phase === 'dies').map(({ others }) => others);
  expect(deaths[0]).toBeGreaterThan(count / 2);
  expect(deaths.slice(1)).toEqual([1, 1, 1]);
  const parked = right(await store.readAll({ after: 'start', prefixes: [names.parked('deadly'), names.parked('after')], limit: 100 })());
  expect(parked.events.map(({ type, stream, data }) => [type, stream, (data as { readonly eventId: string }).eventId])).toEqual([
    ['DeliveryParked', names.parked('deadly'), eventId],
  ]);
  expect(parked.events[0]?.data).toMatchObject({ attempts: 3, error: { name: 'ProcessEnded', code: 'process_ended' } });
  const progress = await lastProgress(store);
  expect(progress).toMatchObject({ owner: null });
  expect(progress).not.toHaveProperty('suspects');
};

describe.each([
  ['exit', undefined],
  ['kill', { failure: { onFailure: 'retry', backoff: { initial: 5, maximum: 20, factor: 2 } } }],
  ['hang', undefined],
] as const)('a callback that ends its process (%s)', (how, policy) => {
  it('is parked at its third death alone, and everything else is handled', { timeout: 300_000 }, async () => {
    const folder = folderOf();
    const path = join(folder, 'store');
    const effects = join(folder, 'effects.jsonl');
    const filling = right(await openLmdbEventStore({ path, runtime })());
    const eventId = await fill(filling);
    await filling.close();

    const options: DeadlyOptions = { store: { lmdb: path }, effects, owner: 'one', deadly: { user: user(deadly), how }, inFlight: count, ...(policy === undefined ? {} : { policy }) };
    let code: number | null = -1;
    let runs = 0;
    while (code !== 0 && runs < 10) {
      runs += 1;
      code = await startDeadly({ ...options, owner: `run-${runs}` }).ended;
    }
    expect({ code, runs }).toEqual({ code: 0, runs: 5 });
    const store = right(await openLmdbEventStore({ path, runtime })());
    onTestFinished(() => store.close());
    await expectOneParked(store, readEffects(effects), eventId);
  });
});

describe('a callback that ends the process of each instance that takes over', () => {
  it('is parked by the one that comes after its third death alone', { timeout: 300_000 }, async () => {
    const server = await startEventStoreDbDouble({});
    const store = openEventStoreDbEventStore({ connectionString: server.connectionString, runtime });
    onTestFinished(async () => {
      await store.close();
      await server.stop();
    });
    const effects = join(folderOf(), 'effects.jsonl');
    const eventId = await fill(store);
    const options = { store: { eventstoredb: server.connectionString }, effects, lease: 2_000, deadly: { user: user(deadly), how: 'kill' }, inFlight: count } as const;
    // Two instances at any time: where one dies, the other takes over, and a new one comes.
    let running = [0, 1].map((n) => startDeadly({ ...options, owner: `instance-${n}` }));
    for (let n = 2; n < 6; n += 1) {
      const died = await Promise.race(running.map(async (instance) => instance.ended.then(() => instance)));
      running = [...running.filter((instance) => instance !== died), startDeadly({ ...options, owner: `instance-${n}` })];
    }
    // One is through, and another may take over from it before it is: each stops by itself, and lets go.
    expect(await Promise.all(running.map(async ({ ended }) => ended))).toEqual([0, 0]);
    await expectOneParked(store, readEffects(effects), eventId);
    expect(new Set(readEffects(effects).filter(({ phase }) => phase === 'dies').map(({ owner }) => owner)).size).toBe(4);
  });
});
