import { type InMemoryEventStore, type ProposedEvent, StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { type Runtime, type SimulatedRuntime, simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { ConfiguredModule, ModuleHost, ModuleHostOptions } from '../src/index.js';
import { type Call, alice, appendChange, createWorld, lastProgress, names, recording, right } from './support/world.js';

const lease = 5_000;

/** A process of its own: its timers can be stopped while clocks go on, as SIGSTOP does. */
const freezable = (runtime: Runtime): { readonly runtime: Runtime; readonly freeze: () => void; readonly thaw: () => void } => {
  let frozen = false;
  let missed: Array<() => void> = [];
  const gated = (callback: () => void) => (): void => {
    if (frozen) missed.push(callback);
    else callback();
  };
  return {
    runtime: {
      ...runtime,
      timers: {
        setTimeout: (callback, milliseconds) => runtime.timers.setTimeout(gated(callback), milliseconds),
        setBackgroundTimeout: (callback, milliseconds) => runtime.timers.setBackgroundTimeout(gated(callback), milliseconds),
        defer: (callback) => {
          runtime.timers.defer(gated(callback));
        },
      },
    },
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
      const late = missed;
      missed = [];
      for (const callback of late) callback();
    },
  };
};

interface Cluster {
  readonly runtime: SimulatedRuntime;
  readonly log: InMemoryEventStore;
  readonly instance: (
    owner: string,
    modules: ReadonlyArray<ConfiguredModule>,
    process?: Runtime,
    options?: Partial<ModuleHostOptions>,
  ) => { readonly host: ModuleHost; readonly store: InMemoryEventStore };
  readonly run: <A>(promise: Promise<A>, milliseconds?: number) => Promise<A>;
  readonly set: (n: number, user?: string) => Promise<Awaited<ReturnType<typeof appendChange>>>;
}

const cluster = (): Cluster => {
  const runtime = simulatedRuntime({ seed: 11 });
  const log = createInMemoryEventStore({ runtime });
  const run = async <A>(promise: Promise<A>, milliseconds = 200): Promise<A> => {
    await runtime.advance(milliseconds);
    return promise;
  };
  return {
    runtime,
    log,
    run,
    instance: (owner, modules, process = runtime, options = {}) => {
      const store = log.connect();
      const host = createWorld(process, store).host(modules, { owner, ownership: { _tag: 'Leased', lease }, ...options });
      return { host, store };
    },
    set: (n, user = alice) => run(appendChange(log, runtime, { user, content: { n } })),
  };
};

const heard = (calls: ReadonlyArray<Call>): ReadonlyArray<unknown> => calls.map(({ content }) => content['n']);

describe('several instances', () => {
  it('one delivers, and when it stops the other goes on at once, with the next epoch', async () => {
    const { run, instance, set, runtime } = cluster();
    const a: Array<Call> = [];
    const b: Array<Call> = [];
    const first = instance('first', [recording('m', a)]);
    const second = instance('second', [recording('m', b)]);
    await run(first.host.start());
    await run(second.host.start());
    await set(0);
    await runtime.advance(60_000);
    expect(first.host.status()).toMatchObject({ state: 'delivering', owner: 'first', epoch: 1 });
    expect(second.host.status()).toMatchObject({ state: 'following', owner: 'first', epoch: 1, modules: [{ state: { _tag: 'Elsewhere' } }] });
    await run(first.host.stop());
    await set(1);
    expect(second.host.status()).toMatchObject({ state: 'delivering', owner: 'second', epoch: 2 });
    await run(second.host.stop());
    expect(heard(a)).toEqual([0]);
    expect(heard(b)).toEqual([1]);
    expect(b[0]?.context.epoch).toBe(2);
  });

  it('takes over within the lease when the owner dies, and repeats at most what was not written', async () => {
    const { run, instance, set, runtime } = cluster();
    const a: Array<Call> = [];
    const b: Array<Call> = [];
    const first = instance('first', [recording('m', a)]);
    const second = instance('second', [recording('m', b)]);
    await run(first.host.start());
    await run(second.host.start());
    for (let n = 0; n < 10; n += 1) await set(n);
    first.store.abandon();
    await set(10);
    await runtime.advance(lease / 2);
    expect(second.host.status().state).toBe('following');
    expect(b).toEqual([]);
    await runtime.advance(lease);
    expect(second.host.status()).toMatchObject({ state: 'delivering', owner: 'second', epoch: 2 });
    expect(heard(b)).toEqual([10]);
    await run(second.host.stop());
  });

  it('an owner that was stopped and woken moves no checkpoint and starts no further callback', async () => {
    const { run, instance, set, runtime, log } = cluster();
    const a: Array<Call> = [];
    const b: Array<Call> = [];
    let wake: () => void = () => undefined;
    const process = freezable(runtime);
    const first = instance(
      'first',
      [
        recording('m', a, {}, ({ content }) =>
          content['n'] === 1
            ? new Promise<void>((resolve) => {
                wake = resolve;
              })
            : undefined,
        ),
      ],
      process.runtime,
    );
    const second = instance('second', [recording('m', b)]);
    await run(first.host.start());
    await run(second.host.start());
    await set(0);
    await set(1);
    await set(2);
    expect(heard(a)).toEqual([0, 1]);
    process.freeze();
    await runtime.advance(3 * lease);
    expect(second.host.status()).toMatchObject({ state: 'delivering', epoch: 2 });
    expect(heard(b)).toEqual([1, 2]);
    const before = await lastProgress(log);
    // The callback that ran when it was stopped ends before any of its timers is run.
    wake();
    await runtime.settle();
    expect(heard(a)).toEqual([0, 1]);
    process.thaw();
    await runtime.advance(lease);
    expect(heard(a)).toEqual([0, 1]);
    expect(first.host.status()).toMatchObject({ state: 'following', owner: 'second', epoch: 2 });
    expect((await lastProgress(log))['modules']).toEqual(before['modules']);
    await set(3);
    expect(heard(b)).toEqual([1, 2, 3]);
    await run(first.host.stop());
    await run(second.host.stop());
  });

  it('an owner that was stopped for long, with nobody else about, goes on', async () => {
    const { run, instance, set, runtime } = cluster();
    const a: Array<Call> = [];
    const process = freezable(runtime);
    const first = instance('first', [recording('m', a)], process.runtime);
    await run(first.host.start());
    await set(0);
    process.freeze();
    await set(1);
    await runtime.advance(3 * lease);
    await set(2);
    expect(heard(a)).not.toContain(2);
    process.thaw();
    await runtime.advance(lease);
    expect(heard(a)).toEqual([0, 1, 2]);
    expect(first.host.status().epoch).toBe(1);
    await run(first.host.stop());
  });

  it('one of many that begin at once delivers', async () => {
    const { run, instance, set, runtime } = cluster();
    const calls: Array<Call> = [];
    const instances = Array.from({ length: 5 }, (_none, i) => instance(`instance-${i}`, [recording('m', calls)]));
    await run(Promise.all(instances.map(({ host }) => host.start())), 2_000);
    for (let n = 0; n < 5; n += 1) await set(n);
    await runtime.advance(lease);
    expect(instances.filter(({ host }) => host.status().state === 'delivering')).toHaveLength(1);
    expect(heard(calls)).toEqual([0, 1, 2, 3, 4]);
    await run(Promise.all(instances.map(({ host }) => host.stop())), 2_000);
  });

  it('who does not deliver waits for modules by the progress in the store', async () => {
    const { run, instance, set, runtime } = cluster();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = instance('first', [recording('m', [], {}, () => gate)]);
    const second = instance('second', [recording('m', [])]);
    await run(first.host.start());
    await run(second.host.start());
    const { revision } = await set(0);
    const stream = names.accountData(alice);
    expect(await run(second.host.waitForHandled(stream, revision, 1_000), 2_000)).toBe('pending');
    let settledAt: number | undefined;
    const waiting = second.host.waitForHandled(stream, revision, 60_000).then((result) => {
      settledAt = runtime.clock.monotonic();
      return result;
    });
    await runtime.advance(100);
    const opened = runtime.clock.monotonic();
    open();
    expect(await run(waiting, 500)).toBe('delivered');
    expect((settledAt ?? Infinity) - opened).toBeLessThanOrEqual(60);
    // Long ago, and known by the low-water mark alone.
    for (let n = 1; n < 5; n += 1) await set(n, '@other:example.org');
    expect(await run(second.host.waitForHandled(stream, revision, 1_000))).toBe('delivered');
    await run(first.host.stop());
    await run(second.host.stop());
  });

  it('who waits elsewhere is told that a delivery was parked, until it is driven again', async () => {
    const { run, instance, set } = cluster();
    let broken = true;
    const failing = (): void => {
      if (broken) throw new Error('down');
    };
    const policy = { failure: { onFailure: 'park', attempts: 1, backoff: { initial: 1, maximum: 1, factor: 1 } } } as const;
    const first = instance('first', [recording('m', [], policy, failing)]);
    const second = instance('second', [recording('m', [], policy)]);
    await run(first.host.start());
    await run(second.host.start());
    const { revision, eventId } = await set(0);
    const wait = (host: ModuleHost) => run(host.waitForHandled(names.accountData(alice), revision, 5_000), 1_000);
    expect([await wait(first.host), await wait(second.host)]).toEqual(['parked', 'parked']);
    broken = false;
    right(await run(first.host.redrive('m', { eventId })()));
    expect([await wait(first.host), await wait(second.host)]).toEqual(['delivered', 'delivered']);
    await run(first.host.stop());
    await run(second.host.stop());
  });

  it('who waits is answered across a change of owner', async () => {
    const { run, instance, set, runtime } = cluster();
    const first = instance('first', [recording('m', [], {}, () => new Promise(() => undefined))]);
    const b: Array<Call> = [];
    const second = instance('second', [recording('m', b)]);
    await run(first.host.start());
    await run(second.host.start());
    const { revision } = await set(0);
    const waiting = second.host.waitForHandled(names.accountData(alice), revision, 60_000);
    first.store.abandon();
    await runtime.advance(2 * lease);
    expect(await waiting).toBe('delivered');
    expect(heard(b)).toEqual([0]);
    await run(second.host.stop());
  });

  it('who does not deliver tells of modules what is written down, and of the rest nothing rather than zeros', async () => {
    const { run, instance, set, runtime } = cluster();
    const failing = (owner: string) =>
      instance(owner, [
        recording('m', [], { failure: { onFailure: 'park', attempts: 1, backoff: { initial: 1, maximum: 1, factor: 1 } } }, ({ content }) => {
          if (content['n'] === 0) throw new Error('down');
        }),
      ]);
    const first = failing('first');
    const second = failing('second');
    await run(first.host.start());
    await run(second.host.start());
    const { position } = await set(0);
    await runtime.advance(1_000);
    expect(first.host.status().modules).toMatchObject([{ parked: 1, lagEvents: 0, inFlight: 0 }]);
    right(await run(first.host.pause('m')()));
    expect(second.host.status().modules).toEqual([
      { name: 'm', state: { _tag: 'Elsewhere', paused: 'requested' }, position, held: [], replays: [], deliveries: 0, failures: 0 },
    ]);
    await run(first.host.stop());
    await run(second.host.stop());
  });

  it('what only the owner can do names the owner elsewhere', async () => {
    const { run, instance } = cluster();
    const first = instance('first', [recording('m', [])]);
    const second = instance('second', [recording('m', [])]);
    await run(first.host.start());
    await run(second.host.start());
    const refused = await run(second.host.pause('m')());
    expect(refused).toEqual(E.left(expect.objectContaining({ code: 'not_module_owner', owner: 'first' })));
    expect(right(await run(second.host.parked('m')()))).toEqual([]);
    await run(first.host.stop());
    await run(second.host.stop());
  });

  it('who only observes tells what is written down, and never delivers, also where nobody else does', async () => {
    const { run, instance, set, runtime } = cluster();
    const heardBy = { owner: [] as Array<Call>, observer: [] as Array<Call> };
    const owner = instance('owner', [recording('m', heardBy.owner)]);
    await run(owner.host.start());
    const { position } = await set(0);
    await run(owner.host.stop());
    const observer = instance('observer', [recording('m', heardBy.observer)], runtime, { ownership: { _tag: 'Observed' } });
    await run(observer.host.start());
    await set(1);
    await runtime.advance(60_000);
    expect(observer.host.status()).toMatchObject({ state: 'following', owner: null, epoch: 1, modules: [{ position, state: { _tag: 'Elsewhere' } }] });
    expect(await run(observer.host.pause('m')())).toEqual(E.left(expect.objectContaining({ code: 'not_module_owner', owner: null })));
    expect(right(await run(observer.host.dropParked('m', 'all')()))).toBe(0);
    await run(observer.host.stop());
    expect(heard(heardBy.owner)).toEqual([0]);
    expect(heardBy.observer).toEqual([]);
  });

  it('progress that somebody else writes ends delivery at once', async () => {
    const { run, instance, set, log, runtime } = cluster();
    const a: Array<Call> = [];
    const only = instance('only', [recording('m', a)], runtime, { ownership: { _tag: 'Exclusive' } });
    await run(only.host.start());
    await set(0);
    const stream = StreamName(names.modules('default'));
    const event: ProposedEvent = {
      id: runtime.random.uuid(),
      type: 'ModuleProgress',
      data: { owner: 'intruder', epoch: 9, modules: {} },
      metadata: { schemaVersion: 1 },
    };
    right(await run(log.append(stream, [event], 'any')()));
    await set(1);
    await runtime.advance(1_000);
    expect(only.host.status()).toMatchObject({ state: 'failed' });
    await set(2);
    await runtime.advance(1_000);
    expect(heard(a)).toEqual([0, 1]);
    expect(await lastProgress(log)).toMatchObject({ owner: 'intruder' });
    await run(only.host.stop());
  });
});
