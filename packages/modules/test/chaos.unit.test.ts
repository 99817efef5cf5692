import { createInMemoryEventStore } from '@account-data/event-store';
import { type SimulatedRuntime, seededRandom, simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import type { ConfiguredModule, ModuleHost } from '../src/index.js';
import { appendChange, createWorld, module, right } from './support/world.js';

const users = ['@a:example.org', '@b:example.org', '@c:example.org', '@d:example.org'];
/** Small bounds, so that every one of them is met. */
const bounds = { maxInFlight: 3, maxPending: 8, maxHeldUsers: 3, checkpoint: { milliseconds: 20, slowAfter: 10 } };
const backoff = { initial: 20, maximum: 200, factor: 2 };

/** One settled try of a callback. */
interface Try {
  readonly module: string;
  readonly user: string;
  readonly n: number;
  readonly epoch: number;
  readonly handled: boolean;
}

interface Chaos {
  readonly runtime: SimulatedRuntime;
  readonly tries: Array<Try>;
  readonly modules: ReadonlyArray<ConfiguredModule>;
  readonly number: () => number;
  readonly chance: (probability: number) => boolean;
  /** From then on nothing fails. */
  readonly calm: () => void;
}

const chaos = (seed: number): Chaos => {
  const runtime = simulatedRuntime({ seed });
  const random = seededRandom(seed + 1);
  const number = random.number;
  const chance = (probability: number): boolean => number() < probability;
  const tries: Array<Try> = [];
  let calm = false;
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      runtime.timers.setTimeout(resolve, number() * 30);
    });
  const behaving = (name: string, failing: number, slow: number): ConfiguredModule =>
    module(
      name,
      (user, _room, _type, content, context) => {
        const n = Number(content['n']);
        const fails = !calm && chance(failing);
        const settle = (): void => {
          tries.push({ module: name, user, n, epoch: context.epoch, handled: !fails });
          if (fails) throw new Error('down');
        };
        return chance(slow) ? wait().then(settle) : settle();
      },
      { failure: { onFailure: 'retry', backoff } },
    );
  return {
    runtime,
    tries,
    number,
    chance,
    modules: [behaving('first', 0.1, 0.5), behaving('second', 0.3, 0.2), behaving('third', 0, 0.9)],
    calm: () => {
      calm = true;
    },
  };
};

const handledOf = (tries: ReadonlyArray<Try>, name: string, user: string): ReadonlyArray<number> =>
  tries.filter((one) => one.handled && one.module === name && one.user === user).map(({ n }) => n);

const run = async <A>(runtime: SimulatedRuntime, promise: Promise<A>, milliseconds = 5): Promise<A> => {
  await runtime.advance(milliseconds);
  return promise;
};

const settleDown = async ({ runtime, calm }: Chaos, host: ModuleHost): Promise<void> => {
  calm();
  for (const { name, state } of host.status().modules) {
    if (state._tag === 'Paused' && state.reason === 'requested') right(await run(runtime, host.resume(name)()));
  }
  for (let i = 0; i < 200; i += 1) {
    await runtime.advance(100);
    const { modules } = host.status();
    if (modules.every(({ state, held, lagEvents }) => state._tag === 'Joined' && held.length === 0 && lagEvents === 0)) return;
  }
  throw new Error(`It never came to rest: ${JSON.stringify(host.status())}`);
};

const seeds = Array.from({ length: 25 }, (_none, i) => i * 7 + 1);

describe('whatever fails, waits, is held, paused and resumed', () => {
  it.each(seeds)('each change is handled once by each module, in order for each user (seed %i)', async (seed) => {
    const world = chaos(seed);
    const { runtime, tries, modules, chance, number } = world;
    const store = createInMemoryEventStore({ runtime });
    const host = createWorld(runtime, store).host(modules, bounds);
    await run(runtime, host.start(), 50);
    const counts = users.map(() => 0);
    for (let step = 0; step < 150; step += 1) {
      const user = Math.floor(number() * users.length);
      const n = counts[user] ?? 0;
      counts[user] = n + 1;
      const set = appendChange(store, runtime, { user: users[user] ?? '', content: { n } });
      await run(runtime, set, chance(0.5) ? 0 : number() * 10);
      if (chance(0.05)) {
        const name = modules[Math.floor(number() * 3)]?.name ?? '';
        const pausing = host.pause(name)();
        if (chance(0.5)) {
          const resuming = host.resume(name)();
          await run(runtime, Promise.all([pausing, resuming]));
        } else await run(runtime, pausing);
      }
      if (chance(0.05)) {
        const name = modules[Math.floor(number() * 3)]?.name ?? '';
        await run(runtime, host.resume(name)());
      }
    }
    await settleDown(world, host);
    await run(runtime, host.stop(), 100);
    for (const { name } of modules) {
      for (const [index, user] of users.entries()) {
        expect(handledOf(tries, name, user)).toEqual(Array.from({ length: counts[index] ?? 0 }, (_none, n) => n));
      }
    }
  });
});

describe('whenever it crashes', () => {
  it.each(seeds)('each change is handled at least once, in order within an epoch (seed %i)', async (seed) => {
    const world = chaos(seed);
    const { runtime, tries, modules, chance, number } = world;
    let store = createInMemoryEventStore({ runtime, flushDelay: 1 });
    const hostOn = (): ModuleHost =>
      createWorld(runtime, store).host(modules, bounds);
    let host = hostOn();
    await run(runtime, host.start(), 50);
    const counts = users.map(() => 0);
    let epochs = 1;
    for (let step = 0; step < 120; step += 1) {
      const user = Math.floor(number() * users.length);
      const n = counts[user] ?? 0;
      counts[user] = n + 1;
      await run(runtime, appendChange(store, runtime, { user: users[user] ?? '', content: { n } }), 1 + number() * 10);
      if (chance(0.05)) {
        store = store.crash();
        host = hostOn();
        epochs += 1;
        await run(runtime, host.start(), 50);
      }
    }
    await settleDown(world, host);
    expect(host.status().epoch).toBe(epochs);
    await run(runtime, host.stop(), 100);
    for (const { name } of modules) {
      for (const [index, user] of users.entries()) {
        const seen = tries.filter((one) => one.handled && one.module === name && one.user === user);
        expect(new Set(seen.map(({ n }) => n))).toEqual(new Set(Array.from({ length: counts[index] ?? 0 }, (_none, n) => n)));
        for (let epoch = 1; epoch <= epochs; epoch += 1) {
          const inEpoch = seen.filter((one) => one.epoch === epoch).map(({ n }) => n);
          expect(inEpoch).toEqual([...inEpoch].sort((a, b) => a - b));
          expect(new Set(inEpoch).size).toBe(inEpoch.length);
        }
      }
    }
  });
});

