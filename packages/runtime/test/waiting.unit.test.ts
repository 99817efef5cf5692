import { describe, expect, it } from 'vitest';
import { TimedOut, backoffDelay, pause, settlesWithin, simulatedRuntime, within, withDeadline } from '../src/index.js';

const never = new Promise<never>(() => undefined);

/** What a promise came to so far. */
const watch = <A>(promise: Promise<A>): { readonly outcome: () => unknown } => {
  let outcome: unknown = 'pending';
  promise.then(
    (value) => {
      outcome = value ?? 'done';
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  return { outcome: () => outcome };
};

describe('a pause', () => {
  it('ends when its time is over', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const { outcome } = watch(pause(world, 100));
    await world.advance(99);
    expect(outcome()).toBe('pending');
    await world.advance(1);
    expect(outcome()).toBe('done');
  });

  it('ends with its signal, before it began too, and leaves no timer behind', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const controller = new AbortController();
    const { outcome } = watch(pause(world, 100, { signal: controller.signal }));
    await world.settle();
    expect(outcome()).toBe('pending');
    controller.abort();
    await world.settle();
    expect(outcome()).toBe('done');
    await pause(world, 100, { signal: controller.signal });
    await world.runUntilIdle();
    expect(world.clock.monotonic()).toBe(0);
  });

  it('holds the process only in the foreground', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const background = watch(pause(world, 100, { isBackground: true }));
    await world.runUntilIdle();
    expect([background.outcome(), world.clock.monotonic()]).toEqual(['pending', 0]);
    const foreground = watch(pause(world, 100));
    await world.runUntilIdle();
    expect([foreground.outcome(), world.clock.monotonic()]).toEqual(['done', 100]);
  });
});

describe('a backoff', () => {
  const delays = (number: number, factor?: number): ReadonlyArray<number> =>
    [1, 2, 3, 4, 5_000].map((failures) =>
      backoffDelay({ random: { uuid: () => '', number: () => number } }, { first: 100, longest: 1_000, ...(factor === undefined ? {} : { factor }) }, failures),
    );

  it('doubles up to the longest, or grows by its factor', () => {
    expect(delays(0)).toEqual([100, 200, 400, 800, 1_000]);
    expect(delays(0, 3)).toEqual([100, 300, 900, 1_000, 1_000]);
    expect(delays(0, 1)).toEqual([100, 100, 100, 100, 100]);
  });

  it('is shortened by up to half, by chance', () => {
    expect(delays(0.5)).toEqual([75, 150, 300, 600, 750]);
    expect(Math.min(...delays(0.999_999))).toBeGreaterThan(50);
  });
});

describe('a time limit', () => {
  it('gives what comes in time, and drops the rest', async () => {
    const world = simulatedRuntime({ seed: 1 });
    expect(await within(world, 100, Promise.resolve(1))).toBe(1);
    await expect(within(world, 100, Promise.reject(new RangeError('of its own')))).rejects.toThrow(RangeError);
    let given = 0;
    const { outcome } = watch(within(world, 100, never, () => {
      given += 1;
    }));
    await world.advance(99);
    expect([outcome(), given]).toEqual(['pending', 0]);
    await world.advance(1);
    expect(outcome()).toBeInstanceOf(TimedOut);
    expect(given).toBe(1);
  });

  it('rejects with an error whatever was thrown, without what that holds', async () => {
    const thrown: unknown = 'secret';
    // eslint would have an error here; callbacks of others throw what they like.
    const failing = new Promise((_resolve, reject: (reason: unknown) => void) => {
      reject(thrown);
    });
    const failure = await within(simulatedRuntime({ seed: 1 }), 100, failing).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain('secret');
  });

  it('may only ask whether something settles in time', async () => {
    const world = simulatedRuntime({ seed: 1 });
    expect(await settlesWithin(world, 100, Promise.resolve())).toBe(true);
    await expect(settlesWithin(world, 100, Promise.reject(new TimedOut('of its own')))).rejects.toThrow('of its own');
    const { outcome } = watch(settlesWithin(world, 100, never));
    await world.advance(100);
    expect(outcome()).toBe(false);
  });

  it('may tell what it limits by a signal, with others that end it', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const untilAborted = (signal: AbortSignal): Promise<number> =>
      new Promise((resolve) => {
        const end = (): void => {
          resolve(world.clock.monotonic());
        };
        if (signal.aborted) end();
        else signal.addEventListener('abort', end);
      });
    const late = watch(withDeadline(world, 100, untilAborted));
    const other = new AbortController();
    const ended = watch(withDeadline(world, 100, untilAborted, undefined, other.signal));
    await world.advance(40);
    other.abort();
    await world.settle();
    expect([late.outcome(), ended.outcome()]).toEqual(['pending', 40]);
    await world.advance(60);
    expect(late.outcome()).toBe(100);
    expect(await withDeadline(world, 100, untilAborted, other.signal)).toBe(100);
    // Nothing is left that would hold the process.
    await world.runUntilIdle();
    expect(world.clock.monotonic()).toBe(100);
  });
});
