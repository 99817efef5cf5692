import { createInMemoryEventStore } from '@account-data/event-store';
import { type SimulatedRuntime, simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import type { ModuleHost } from '../src/index.js';
import { type World, alice, bob, createWorld, module, names } from './support/world.js';

interface Watched {
  readonly runtime: SimulatedRuntime;
  readonly world: World;
  /** When progress was written, in milliseconds. */
  readonly writes: Array<number>;
  readonly run: <A>(promise: Promise<A>, milliseconds?: number) => Promise<A>;
}

const watched = (): Watched => {
  const runtime = simulatedRuntime({ seed: 4 });
  const writes: Array<number> = [];
  const store = createInMemoryEventStore({
    runtime,
    fault: ({ stream }) => {
      if (stream === names.modules('default')) writes.push(runtime.clock.monotonic());
      return undefined;
    },
  });
  const run = async <A>(promise: Promise<A>, milliseconds = 0): Promise<A> => {
    await runtime.advance(milliseconds);
    return promise;
  };
  return { runtime, world: createWorld(runtime, store), writes, run };
};

const longestGap = (times: ReadonlyArray<number>): number =>
  Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));

const slowBy = ({ runtime }: Watched, milliseconds: number) =>
  module('slow', () => new Promise((resolve) => void runtime.timers.setTimeout(resolve, milliseconds)));

describe('progress', () => {
  it('is written within 50 ms of what somebody waits for, however busy those who wait keep it', async () => {
    const here = watched();
    const { runtime, world, writes, run } = here;
    const host: ModuleHost = world.host([slowBy(here, 8)]);
    await run(host.start(), 10);
    const stream = names.accountData(alice);
    for (let n = 0; n < 100; n += 1) {
      const { revision, position } = await run(world.set({ content: { n } }));
      expect(await run(host.waitForHandled(stream, revision, 1_000, position), 10)).toBe('delivered');
      await runtime.advance(20);
    }
    // A change every 30 ms, and 50 ms after the first that is not written.
    expect(writes.length).toBeGreaterThan(40);
    expect(longestGap(writes)).toBeLessThanOrEqual(100);
    await run(host.stop(), 10);
  });

  it('is not put off by somebody who begins to wait', async () => {
    const here = watched();
    const { runtime, world, writes, run } = here;
    const hanging = module('hanging', (userId) => (userId === alice ? new Promise<void>(() => undefined) : undefined));
    const host = world.host([hanging], { checkpoint: { milliseconds: 40 } });
    await run(host.start(), 10);
    const { revision } = await run(world.set());
    writes.splice(0);
    const begun = runtime.clock.monotonic();
    await run(world.set({ user: bob }));
    for (let i = 0; i < 10; i += 1) await run(host.waitForHandled(names.accountData(alice), revision, 1), 10);
    expect(Math.min(...writes) - begun).toBeLessThanOrEqual(50);
    await run(host.stop(10), 100);
  });

  it('waits for half a second where nobody waits', async () => {
    const here = watched();
    const { runtime, world, writes, run } = here;
    const host = world.host([slowBy(here, 1)]);
    await run(host.start(), 10);
    writes.splice(0);
    for (let n = 0; n < 100; n += 1) await run(world.set({ content: { n } }), 20);
    await runtime.advance(500);
    expect(writes.length).toBeGreaterThanOrEqual(4);
    expect(writes.length).toBeLessThanOrEqual(5);
    await run(host.stop(), 10);
  });
});
