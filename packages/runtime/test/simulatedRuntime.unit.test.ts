import { describe, expect, it } from 'vitest';
import { seededRandom, simulatedRuntime } from '../src/index.js';

describe('simulatedRuntime', () => {
  it('stands still until it is moved', async () => {
    const world = simulatedRuntime({ seed: 1, startAt: 1_000 });
    const fired: Array<string> = [];
    world.timers.setTimeout(() => fired.push('timer'), 5);
    await world.settle();
    expect(fired).toEqual([]);
    expect(world.clock.now()).toBe(1_000);
    await world.advance(4);
    expect(fired).toEqual([]);
    await world.advance(1);
    expect(fired).toEqual(['timer']);
    expect(world.clock.now()).toBe(1_005);
    expect(world.clock.monotonic()).toBe(5);
  });

  it('runs timers by due time, then by the order in which they were set, each at its own time', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<string> = [];
    const note = (name: string) => () => fired.push(`${name}@${world.clock.monotonic()}`);
    world.timers.setTimeout(note('late'), 20);
    world.timers.setTimeout(note('first'), 10);
    world.timers.setBackgroundTimeout(note('second'), 10);
    world.timers.setTimeout(note('early'), 3);
    await world.advance(100);
    expect(fired).toEqual(['early@3', 'first@10', 'second@10', 'late@20']);
    expect(world.clock.monotonic()).toBe(100);
  });

  it('keeps the order of a thousand timers set in a mixed order', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const random = seededRandom(7);
    const delays = Array.from({ length: 1_000 }, () => Math.floor(random.number() * 50));
    const fired: Array<number> = [];
    delays.forEach((delay, index) => world.timers.setTimeout(() => fired.push(index), delay));
    await world.advance(50);
    const expected = delays.map((delay, index) => ({ delay, index })).sort((a, b) => a.delay - b.delay || a.index - b.index);
    expect(fired).toEqual(expected.map(({ index }) => index));
  });

  it('lets promises run to their end between two timers of the same moment', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<string> = [];
    world.timers.setTimeout(() => {
      void (async () => {
        fired.push('one');
        for (let step = 0; step < 20; step += 1) await Promise.resolve();
        fired.push('one ended');
      })();
    }, 1);
    world.timers.setTimeout(() => fired.push('two'), 1);
    await world.advance(1);
    expect(fired).toEqual(['one', 'one ended', 'two']);
  });

  it('runs timers that timers set, at their time', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<number> = [];
    const again = (): void => {
      fired.push(world.clock.monotonic());
      if (fired.length < 4) world.timers.setTimeout(again, 10);
    };
    world.timers.setTimeout(again, 10);
    await world.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    await world.runUntilIdle();
    expect(fired).toEqual([10, 20, 30, 40]);
    expect(world.clock.monotonic()).toBe(40);
  });

  it('does not run a cancelled timer', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<string> = [];
    const cancel = world.timers.setTimeout(() => fired.push('cancelled'), 1);
    world.timers.setTimeout(() => fired.push('kept'), 2);
    cancel();
    expect(world.pendingTimers()).toBe(1);
    await world.runUntilIdle();
    expect(fired).toEqual(['kept']);
  });

  it('runs what is deferred in a later turn, also what that defers', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<string> = [];
    world.timers.defer(() => {
      fired.push('deferred');
      world.timers.defer(() => fired.push('deferred again'));
    });
    queueMicrotask(() => fired.push('microtask'));
    await world.settle();
    expect(fired).toEqual(['microtask', 'deferred', 'deferred again']);
    expect(world.clock.monotonic()).toBe(0);
  });

  it('is idle although background timers wait', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const fired: Array<string> = [];
    world.timers.setBackgroundTimeout(() => fired.push('background'), 10);
    await world.runUntilIdle();
    expect(fired).toEqual([]);
    world.timers.setTimeout(() => fired.push('foreground'), 20);
    await world.runUntilIdle();
    expect(fired).toEqual(['background', 'foreground']);
  });

  it('says so when something sets timers for ever', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const again = (): void => {
      world.timers.setTimeout(again, 1);
    };
    again();
    await expect(world.runUntilIdle(50)).rejects.toThrow('timers for ever');
  });

  it('refuses to be moved twice at once', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const first = world.advance(1);
    await expect(world.advance(1)).rejects.toThrow('moving already');
    await first;
  });

  it('steps the wall clock back without touching the monotonic one', async () => {
    const world = simulatedRuntime({ seed: 1, startAt: 10_000 });
    await world.advance(5);
    world.stepWallClock(-1_000);
    expect(world.clock.now()).toBe(9_005);
    expect(world.clock.monotonic()).toBe(5);
  });

  it('gives the same ids and numbers for the same seed, others for another', () => {
    const draw = (seed: number): ReadonlyArray<unknown> => {
      const { random } = simulatedRuntime({ seed });
      return Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? random.uuid() : random.number()));
    };
    expect(draw(42)).toEqual(draw(42));
    expect(draw(42)).not.toEqual(draw(43));
  });
});

describe('seededRandom', () => {
  it('makes version 4 UUIDs that do not repeat', () => {
    const random = seededRandom(3);
    const ids = Array.from({ length: 5_000 }, random.uuid);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('spreads numbers evenly over 0 to 1', () => {
    const random = seededRandom(9);
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const value = random.number();
      expect(value >= 0 && value < 1).toBe(true);
      buckets[Math.floor(value * 10)] = (buckets[Math.floor(value * 10)] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(250);
  });
});
