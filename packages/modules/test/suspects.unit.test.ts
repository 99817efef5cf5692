import { StreamName } from '@account-data/event-store';
import { describe, expect, it } from 'vitest';
import type { FailurePolicy, ModuleHost } from '../src/index.js';
import { type Call, type World, alice, createWorld, lastProgress, names, recording, right, until } from './support/world.js';

const once = { initial: 1, maximum: 1, factor: 1 };

const policies: Readonly<Record<string, FailurePolicy>> = {
  skip: { onFailure: 'skip' },
  retry: { onFailure: 'retry', backoff: once },
  park: { onFailure: 'park', attempts: 5, backoff: once },
};

/** Progress as a process leaves it that did not let go. */
const leave = async ({ store, runtime }: World, suspects: ReadonlyArray<unknown> | undefined, owner: string | null = 'dead', held: ReadonlyArray<unknown> = [], lookingUpTo?: string): Promise<void> => {
  const progress = { owner, epoch: 1, modules: { m: { low: 'start', held } }, ...(suspects === undefined ? {} : { suspects }), ...(lookingUpTo === undefined ? {} : { lookingUpTo }) };
  const event = { id: runtime.random.uuid(), type: 'ModuleProgress', data: progress, metadata: { schemaVersion: 1 } };
  right(await store.append(StreamName(names.modules('default')), [event] as never, 'any')());
};

interface Concurrent {
  readonly calls: Array<Call>;
  /** How many callbacks ran at most at once, since it was set to 0. */
  most: number;
}

const concurrent = (world: World, failure: FailurePolicy = { onFailure: 'skip' }): { readonly seen: Concurrent; readonly host: ModuleHost } => {
  const seen: Concurrent = { calls: [], most: 0 };
  let running = 0;
  const host = world.host([
    recording('m', seen.calls, { failure }, async () => {
      running += 1;
      seen.most = Math.max(seen.most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
    }),
  ]);
  return { seen, host };
};

const setMany = async (world: World, count: number, from = 0): Promise<void> => {
  for (let n = from; n < from + count; n += 1) await world.set({ user: `@user${n}:example.org`, content: { n } });
};

describe.each(Object.entries(policies))('a delivery that has ended three processes (%s)', (_name, failure) => {
  it.each([[[]], [[{ user: alice, nextRevision: '0', after: 'start' }]]])('is parked and not called, and the rest goes side by side (held: %j)', async (held) => {
    const world = createWorld();
    const { eventId, position, revision } = await world.set();
    await world.set({ content: { n: 1 } });
    await setMany(world, 10);
    await leave(world, [{ module: 'm', eventId, position: position.toString(), deaths: 2, isRunning: true }], 'dead', held);
    const { seen, host } = concurrent(world, failure);
    await host.start();
    await world.caughtUp(host);
    await until(() => host.status().modules[0]?.held.length === 0, 'nobody is held');
    expect(seen.calls.filter(({ context }) => context.eventId === eventId)).toEqual([]);
    expect(new Set(seen.calls.map(({ context }) => context.eventId)).size).toBe(11);
    expect(seen.most).toBeGreaterThan(1);
    expect(right(await host.parked('m')())).toMatchObject([{ eventId, attempts: 3, error: { name: 'ProcessEnded', code: 'process_ended' } }]);
    await host.stop();
    const progress = await lastProgress(world.store);
    expect(progress).toMatchObject({ owner: null });
    expect(progress).not.toHaveProperty('suspects');
    expect(revision).toBe('0');
  });
});

describe('after a process that did not let go', () => {
  it('deliveries take turns, each marked before it is called, until all is through; then they go side by side', async () => {
    const world = createWorld();
    await setMany(world, 12);
    await leave(world, undefined);
    const marked: Array<unknown> = [];
    const { seen, host } = concurrent(world);
    const subscription = world.store.subscribe({
      after: 'start',
      prefixes: [StreamName(names.modules('default'))],
      onBatch: ({ events }) => {
        for (const { data } of events) for (const suspect of (data as { suspects?: ReadonlyArray<{ eventId: string }> }).suspects ?? []) marked.push(suspect.eventId);
      },
    });
    await host.start();
    await world.caughtUp(host);
    expect(seen.most).toBe(1);
    await until(() => marked.length >= 12, 'all were marked');
    expect(marked).toEqual(seen.calls.map(({ context }) => context.eventId));
    // When turns have ended is not seen from outside: it is seen in what follows.
    let next = 12;
    await until(async () => {
      await setMany(world, 4, next);
      next += 4;
      await world.caughtUp(host);
      return seen.most > 1;
    }, 'callbacks run side by side');
    await host.stop();
    await subscription.close();
    expect(await lastProgress(world.store)).not.toHaveProperty('suspects');
  });

  it('what survives its turn is suspected no longer, and what was running has one death more', async () => {
    const world = createWorld();
    const first = await world.set();
    const suspect = { module: 'm', eventId: first.eventId, position: first.position.toString() };
    await leave(world, [{ ...suspect, deaths: 1, isRunning: true }]);
    const progress: Array<unknown> = [];
    world.store.subscribe({ after: 'start', prefixes: [StreamName(names.modules('default'))], onBatch: ({ events }) => { progress.push(...events.map(({ data }) => (data as { suspects?: unknown }).suspects)); } });
    const { seen, host } = concurrent(world);
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(seen.calls).toHaveLength(1);
    expect(progress.slice(0, 3)).toEqual([
      [{ ...suspect, deaths: 1, isRunning: true }],
      [{ ...suspect, deaths: 2 }],
      [{ ...suspect, deaths: 2, isRunning: true }],
    ]);
    expect(await lastProgress(world.store)).not.toHaveProperty('suspects');
    expect(right(await host.parked('m')())).toEqual([]);
  });

  it('the earliest in the log has its turn first, so that another death finds nothing handled ahead of it', async () => {
    const world = createWorld();
    for (let n = 0; n < 3; n += 1) await world.set({ content: { n } });
    await setMany(world, 3, 3);
    await leave(world, undefined);
    const { seen, host } = concurrent(world);
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(seen.calls.map(({ content }) => content)).toEqual([0, 1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  it('one that died while it looked has not run what came later: turns end where they were to end then, and that is written first', async () => {
    const world = createWorld();
    await setMany(world, 3);
    const { position } = await world.set();
    await setMany(world, 6, 3);
    await leave(world, undefined, 'dead', [], position.toString());
    const calls: Array<Call> = [];
    const written: Array<unknown> = [];
    let running = 0;
    let bothRun: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      bothRun = resolve;
    });
    const host = world.host([
      recording('m', calls, {}, async ({ context }) => {
        if (BigInt(context.position) <= BigInt(position)) return;
        running += 1;
        // Those after the place wait for each other: one at a time they would never end.
        if (running === 2) {
          written.push(await lastProgress(world.store));
          bothRun();
        }
        await both;
      }),
    ]);
    await host.start();
    await world.caughtUp(host);
    expect(calls.slice(0, 4).map(({ context }) => BigInt(context.position) <= BigInt(position))).toEqual([true, true, true, true]);
    expect(written[0]).not.toHaveProperty('lookingUpTo');
    await host.stop();
    expect(await lastProgress(world.store)).not.toHaveProperty('lookingUpTo');
  });

  it('who takes over writes how far it looks', async () => {
    const world = createWorld();
    const { position } = await world.set();
    await leave(world, undefined);
    let seen: unknown;
    const host = world.host([
      recording('m', [], {}, async () => {
        seen = await lastProgress(world.store);
      }),
    ]);
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    // The progress that was left is in the log after the change.
    const { lookingUpTo } = seen as { readonly lookingUpTo: string };
    expect(BigInt(lookingUpTo)).toBeGreaterThan(BigInt(position));
  });

  it('a pause of the module and a wait for its changes go on meanwhile', async () => {
    const world = createWorld();
    await setMany(world, 6);
    const { revision } = await world.set();
    await leave(world, undefined);
    const { host } = concurrent(world);
    await host.start();
    right(await host.pause('m')());
    right(await host.resume('m')());
    expect(await host.waitForHandled(names.accountData(alice), revision, 15_000)).not.toBe('pending');
    await host.stop();
  });
});

describe('after an orderly end', () => {
  it('nothing takes turns, and nothing is marked', async () => {
    const world = createWorld();
    await setMany(world, 12);
    await leave(world, undefined, null);
    const { seen, host } = concurrent(world);
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(seen.most).toBe(12);
  });
});
