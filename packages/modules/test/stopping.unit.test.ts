import { type EventStore, createInMemoryEventStore } from '@account-data/event-store';
import { simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, ModuleApi, ModulePolicy } from '../src/index.js';
import { type Call, type LogLine, createWorld, lastProgress, module, recording, recordingLogger, right, until } from './support/world.js';

const once = { initial: 1, maximum: 1, factor: 1 };

const policies: Readonly<Record<string, Partial<ModulePolicy>>> = {
  skip: { failure: { onFailure: 'skip' } },
  retry: { failure: { onFailure: 'retry', backoff: once } },
  park: { failure: { onFailure: 'park', attempts: 1, backoff: once } },
};

const never = (): Promise<void> => new Promise(() => undefined);

describe('a stop that does not wait for a callback', () => {
  it.each(Object.keys(policies))('leaves its change to be delivered again (%s)', async (name) => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const lines: Array<LogLine> = [];
    const outcomes: Array<DeliveryOutcome> = [];
    const policy = policies[name] ?? {};
    const first = world.host([recording('slow', calls, policy, never)], {
      logger: recordingLogger(lines),
      metrics: {
        delivered: (_module, outcome) => outcomes.push(outcome),
        blocked: () => undefined,
        checkpointWritten: () => undefined,
      },
    });
    await first.start();
    const { eventId } = await world.set();
    await world.set();
    await until(() => calls.length === 1, 'it runs');
    await first.stop(20);
    expect(calls[0]?.context.signal.aborted).toBe(true);
    expect(outcomes).toEqual(['abandoned']);
    expect(lines.find(({ message }) => message.includes('delivered again'))?.fields).toMatchObject({ module: 'slow', eventId });
    expect(first.status().modules[0]).toMatchObject({ failures: 0, deliveries: 0 });

    const second = world.host([recording('slow', calls, policy)]);
    await second.start();
    await world.caughtUp(second);
    await until(() => second.status().modules[0]?.held.length === 0, 'nobody is held');
    expect(calls.map(({ context }) => context.revision)).toEqual(['0', '0', '1']);
    expect(right(await second.parked('slow')())).toEqual([]);
    await second.stop();
  });

  it('uses up none of the tries of a change that is tried again, and parks nothing meanwhile', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const policy: Partial<ModulePolicy> = { failure: { onFailure: 'park', attempts: 2, backoff: once } };
    const first = world.host([
      recording('slow', calls, policy, () => {
        if (calls.length === 1) throw new Error('down');
        return never();
      }),
    ]);
    await first.start();
    await world.set();
    await until(() => calls.length === 2, 'it is tried again');
    await first.stop(20);
    expect(right(await first.parked('slow')())).toEqual([]);
    const second = world.host([recording('slow', calls, policy)]);
    await second.start();
    await until(() => calls.length === 3, 'it was delivered again');
    await second.stop();
  });
});

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a stop that comes while the host begins', () => {
  it.each(['Exclusive', 'Leased'] as const)('lets go of what it takes over, and no callback is started after it (%s)', async (kind) => {
    const world = createWorld();
    const calls: Array<Call> = [];
    await world.set();
    const { store } = world;
    const slowStore: EventStore = {
      ...store,
      append: (stream, events, expected) => async () => {
        const appended = await store.append(stream, events, expected)();
        await later(50);
        return appended;
      },
    };
    const host = world.host([recording('m', calls)], {
      store: slowStore,
      ownership: kind === 'Leased' ? { _tag: 'Leased', lease: 2_000 } : { _tag: 'Exclusive' },
    });
    const starting = host.start();
    await later(10);
    await host.stop();
    expect(host.status().state).toBe('stopped');
    expect(await lastProgress(store)).toMatchObject({ owner: null });
    await starting;
    await world.set();
    await later(100);
    expect(calls).toEqual([]);
    await expect(host.start()).rejects.toThrow('stopped');
  });

  it('lets go of what it takes over from an instance that went away', async () => {
    const runtime = simulatedRuntime({ seed: 5 });
    let writes = 0;
    const log = createInMemoryEventStore({
      runtime,
      flushDelay: 50,
      fault: () => {
        writes += 1;
        return undefined;
      },
    });
    const run = async <A>(promise: Promise<A>): Promise<A> => {
      await runtime.advance(1_000);
      return promise;
    };
    const calls: Array<Call> = [];
    const ownership = { _tag: 'Leased', lease: 2_000 } as const;
    const instance = (owner: string, store = log.connect()) => ({
      store,
      host: createWorld(runtime, store).host([recording(owner, calls, {})], { ownership, owner }),
    });
    const first = instance('m');
    await run(first.host.start());
    const second = instance('m');
    await run(second.host.start());
    first.store.abandon();
    await runtime.advance(100);
    writes = 0;
    for (let i = 0; i < 10_000 && writes === 0; i += 1) await runtime.advance(1);
    expect(second.host.status()).toMatchObject({ state: 'following', epoch: 1 });
    await run(second.host.stop());
    expect(second.host.status().state).toBe('stopped');
    expect(await run(lastProgress(log))).toMatchObject({ owner: null, epoch: 2 });
    await run(createWorld(runtime, log).set());
    expect(calls).toEqual([]);
  });
});

describe('a module that does not come to an end', () => {
  it('when it is set up, is named, and the host does not start', async () => {
    const world = createWorld();
    const stopped: Array<string> = [];
    const fine = {
      ...module('fine', () => undefined),
      setUp: (api: ModuleApi) => {
        api.onStop(() => {
          stopped.push('fine');
        });
      },
    };
    const host = world.host([fine, { ...module('hanging', () => undefined), setUp: never }], { setUpTimeout: 30 });
    await expect(host.start()).rejects.toMatchObject({ code: 'module_set_up_failed', module: 'hanging' });
    await host.stop();
    expect(stopped).toEqual(['fine']);
  });

  it('when it is stopped, is named, and holds up neither the host nor the modules after it', async () => {
    const runtime = simulatedRuntime({ seed: 1 });
    const world = createWorld(runtime);
    const lines: Array<LogLine> = [];
    const stopped: Array<string> = [];
    const stopping = (name: string, onStop: () => void | Promise<void>) => ({
      ...module(name, () => undefined),
      setUp: (api: ModuleApi) => {
        api.onStop(onStop);
      },
    });
    const host = world.host(
      [
        stopping('hanging', never),
        stopping('fine', () => {
          stopped.push('fine');
        }),
      ],
      { logger: recordingLogger(lines) },
    );
    const starting = host.start();
    await runtime.settle();
    await starting;
    const stop = host.stop(3_000);
    await runtime.advance(3_500);
    await stop;
    expect(stopped).toEqual(['fine']);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'A module did not stop in time', fields: { module: 'hanging' } },
    ]);
  });
});
