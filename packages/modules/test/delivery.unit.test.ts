import { describe, expect, it } from 'vitest';
import { AwaitInsideCallback, type ModuleHost } from '../src/index.js';
import { createInMemoryEventStore, type Revision, StreamName } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { type Call, type LogLine, alice, bob, createWorld, lastProgress, module, names, recording, recordingLogger, right, until } from './support/world.js';

const handled = (host: ModuleHost, revision: Revision, timeout = 15_000): ReturnType<ModuleHost['waitForHandled']> =>
  host.waitForHandled(names.accountData(alice), revision, timeout);

describe('delivery', () => {
  it('calls the modules in order, each awaited before the next, with what changed', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const order: Array<string> = [];
    const slow = async (call: Call): Promise<void> => {
      order.push(`${call.module} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${call.module} ends`);
    };
    const host = world.host([recording('first', calls, {}, slow), recording('second', calls, {}, slow)]);
    await host.start();
    const set = await world.set({ room: '!room:example.org', content: { theme: 'dark' } });
    await world.caughtUp(host);
    await host.stop();

    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(calls.map(({ userId, roomId, type, content }) => ({ userId, roomId, type, content }))).toEqual(
      Array.from({ length: 2 }, () => ({
        userId: alice,
        roomId: '!room:example.org',
        type: 'org.example.theme',
        content: { theme: 'dark' },
      })),
    );
    const context = calls[0]?.context;
    expect(context?.eventId).toBe(set.eventId);
    expect(context?.revision).toBe(set.revision);
    expect(context?.position).toBe(set.position);
    expect(context?.actor).toEqual({ kind: 'user', id: alice });
    expect(context?.isReplay).toBe(false);
    expect(context?.attempt).toBe(1);
    expect(context?.epoch).toBe(1);
    expect(context?.causationId).toBeUndefined();
  });

  it('gives null for global data and {} for a deletion, and hears identical sets and no tags', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([recording('only', calls)]);
    await host.start();
    await world.set({ content: { a: 1 } });
    await world.set({ content: { a: 1 } });
    await world.set({ content: {} });
    right(
      await world.store.append(
        StreamName(names.tags(alice)),
        [
          {
            id: world.runtime.random.uuid(),
            type: 'RoomTagSet',
            data: { userId: alice, roomId: '!room:example.org', tag: 'm.favourite', content: {} },
            metadata: { schemaVersion: 1, actor: { kind: 'user', id: alice }, $correlationId: 'c', origin: 'api' },
          },
        ],
        'any',
      )(),
    );
    await world.set({ user: bob, content: { b: 1 } });
    await world.caughtUp(host);
    await host.stop();
    expect(calls.map(({ roomId, content }) => [roomId, content])).toEqual([
      [null, { a: 1 }],
      [null, { a: 1 }],
      [null, {}],
      [null, { b: 1 }],
    ]);
  });

  it('delivers one user in order and others meanwhile', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const host = world.host([recording('only', calls, {}, (call) => (call.content['n'] === 0 ? gate : undefined))]);
    await host.start();
    for (let n = 0; n < 3; n += 1) await world.set({ user: alice, content: { n } });
    for (let n = 0; n < 3; n += 1) await world.set({ user: bob, content: { n: n + 10 } });
    await until(() => calls.filter(({ userId }) => userId === bob).length === 3, 'bob was delivered to');
    expect(calls.filter(({ userId }) => userId === alice).map(({ content }) => content)).toEqual([{ n: 0 }]);
    open();
    await world.caughtUp(host);
    await host.stop();
    expect(calls.filter(({ userId }) => userId === alice).map(({ content }) => content['n'])).toEqual([0, 1, 2]);
    expect(calls.filter(({ userId }) => userId === bob).map(({ content }) => content['n'])).toEqual([10, 11, 12]);
  });

  it('runs no more callbacks at once than allowed', async () => {
    const world = createWorld();
    let running = 0;
    let most = 0;
    const host = world.host(
      [
        module('only', async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 3));
          running -= 1;
        }),
      ],
      { maxInFlight: 4 },
    );
    for (let n = 0; n < 20; n += 1) await world.set({ user: `@user${n}:example.org` });
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(most).toBe(4);
  });

  it('goes on after a restart with what was not handled, and repeats nothing after a stop', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const modules = [recording('a', calls), recording('b', calls)];
    const first = world.host(modules);
    await first.start();
    for (let n = 0; n < 5; n += 1) await world.set({ content: { n } });
    await world.caughtUp(first);
    await first.stop();
    for (let n = 5; n < 8; n += 1) await world.set({ content: { n } });
    const second = world.host(modules);
    await second.start();
    await world.caughtUp(second);
    expect(second.status().epoch).toBe(2);
    await second.stop();
    for (const name of ['a', 'b']) {
      expect(calls.filter((call) => call.module === name).map(({ content }) => content['n'])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    }
    const progress = await lastProgress(world.store);
    expect(progress['owner']).toBeNull();
    expect(progress['epoch']).toBe(2);
  });

  it('writes one checkpoint for many deliveries, as the design lays it out', async () => {
    const world = createWorld();
    const host = world.host([module('a', () => undefined), module('b', async () => undefined)]);
    await host.start();
    for (let n = 0; n < 200; n += 1) await world.set({ content: { n } });
    await world.caughtUp(host);
    await host.stop();
    const stream = StreamName(names.modules('default'));
    const slice = right(await world.store.read(stream, { limit: 100 })());
    expect(slice._tag === 'Events' && slice.events.length).toBe(1);
    expect(slice._tag === 'Events' && Number(slice.events[0]?.revision)).toBeLessThan(20);
    const head = right(await world.store.readAll({ after: 'start', prefixes: [names.accountDataPrefix], limit: 1_000 })());
    const last = head.events.at(-1)?.position.toString();
    const { modules } = await lastProgress(world.store);
    expect(modules).toEqual({ a: { low: last, held: [] }, b: { low: last, held: [] } });
    expect(right(await world.store.streamMetadata(stream)())).toEqual({ maxCount: 1 });
  });

  it('skips what fails, names it in the log without its content, and goes on with the next module', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const lines: Array<LogLine> = [];
    const thrown: ReadonlyArray<unknown> = [
      new Error('cannot store secret-value-1'),
      undefined,
      null,
      'secret-value-1 is bad',
      { message: 'secret-value-1' },
    ];
    let next = 0;
    const failing = module('failing', () => {
      next += 1;
      throw thrown[(next - 1) % thrown.length];
    });
    const rejecting = module('rejecting', async () => Promise.reject(undefined));
    const host = world.host([failing, rejecting, recording('last', calls)], { logger: recordingLogger(lines) });
    await host.start();
    for (let n = 0; n < thrown.length; n += 1) await world.set({ content: { theme: 'secret-value-1', n } });
    await world.caughtUp(host);
    expect(host.status().modules.map(({ failures, deliveries }) => [failures, deliveries])).toEqual([
      [5, 0],
      [5, 0],
      [0, 5],
    ]);
    await host.stop();
    expect(calls).toHaveLength(5);
    const skipped = lines.filter(({ message }) => message === 'A delivery failed and was skipped');
    expect(skipped).toHaveLength(10);
    expect(skipped[0]?.fields).toMatchObject({ module: 'failing', stream: `account_data-${alice}`, error: 'Error' });
    expect(JSON.stringify(lines)).not.toContain('secret-value-1');
  });

  it('freezes what it hands out', async () => {
    const world = createWorld();
    const errors: Array<unknown> = [];
    const calls: Array<Call> = [];
    const mutating = module('mutating', (_userId, _roomId, _type, content) => {
      try {
        Object.assign(content, { theme: 'changed' });
      } catch (error) {
        errors.push(error);
      }
      const nested: unknown = content['nested'];
      if (Array.isArray(nested)) nested.push(1);
    });
    const host = world.host([mutating, recording('next', calls)]);
    await host.start();
    await world.set({ content: { theme: 'dark', nested: [{ a: 1 }] } });
    await world.caughtUp(host);
    await host.stop();
    expect(errors[0]).toBeInstanceOf(TypeError);
    expect(calls[0]?.content).toEqual({ theme: 'dark', nested: [{ a: 1 }] });
  });

  it('takes no more from the log than it may hold, and still delivers everything', async () => {
    const world = createWorld();
    let handled = 0;
    const host = world.host([module('only', async () => {
      await Promise.resolve();
      handled += 1;
    })], { maxPending: 8, maxInFlight: 2 });
    for (let n = 0; n < 2_000; n += 1) await world.set({ user: `@user${n % 7}:example.org`, content: { n } });
    await host.start();
    await world.caughtUp(host);
    await host.stop();
    expect(handled).toBe(2_000);
  });

  it('a callback that hangs holds up its user only, also in the checkpoint, and a crash repeats that user alone', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const hang = recording('only', calls, { timeout: 600_000 }, ({ userId }) =>
      userId === alice ? new Promise<void>(() => undefined) : undefined,
    );
    const store = world.store.connect();
    const first = createWorld(world.runtime, store).host([hang], {
      maxPending: 64,
      checkpoint: { milliseconds: 10, slowAfter: 20 },
    });
    await first.start();
    await world.set({ user: alice, content: { n: 0 } });
    for (let n = 0; n < 2_000; n += 1) await world.set({ user: `@user${n % 10}:example.org`, content: { n } });
    await world.set({ user: alice, content: { n: 1 } });
    await until(() => calls.length === 2_001, 'everybody else was delivered to');
    const entries = async (): Promise<Record<string, { readonly held: ReadonlyArray<unknown> }>> =>
      (await lastProgress(world.store))['modules'] as Record<string, { readonly held: ReadonlyArray<unknown> }>;
    await until(async () => (await entries())['only']?.held.length === 1, 'alice is written down as held');
    expect((await entries())['only']?.held).toEqual([{ user: alice, nextRevision: '0', after: expect.any(String) as string }]);
    await until(() => BigInt(first.status().modules[0]?.position ?? 0) > 2_000n, 'the low-water mark has moved');
    await until(async () => {
      const before = await lastProgress(world.store);
      return JSON.stringify(before).includes(first.status().modules[0]?.position.toString() ?? '-');
    }, 'it is written');
    store.abandon();
    calls.length = 0;
    const second = world.host([recording('only', calls)]);
    await second.start();
    await until(() => calls.length === 2, 'alice was delivered to');
    await world.caughtUp(second);
    await second.stop();
    expect(calls.map(({ userId, content }) => [userId, content['n']])).toEqual([
      [alice, 0],
      [alice, 1],
    ]);
  });

  it('calls several callbacks of one module one after the other, whatever the first one does', async () => {
    const world = createWorld();
    const order: Array<string> = [];
    const host = world.host([
      {
        ...module('only', () => undefined),
        setUp: (api) => {
          api.registerAccountDataCallbacks({
            onAccountDataUpdated: () => {
              order.push('first');
              throw new Error('broken');
            },
          });
          api.registerAccountDataCallbacks({
            onAccountDataUpdated: () => {
              order.push('second');
            },
          });
        },
      },
    ]);
    await host.start();
    await world.set();
    await world.caughtUp(host);
    expect(host.status().modules[0]?.failures).toBe(1);
    await host.stop();
    expect(order).toEqual(['first', 'second']);
  });

  it('refuses two modules of one name, and says which module could not be set up', async () => {
    const world = createWorld();
    expect(() => world.host([module('a', () => undefined), module('a', () => undefined)])).toThrow(/named a/);
    const host = world.host([
      {
        ...module('broken', () => undefined),
        setUp: () => {
          throw new Error('no database');
        },
      },
    ]);
    await expect(host.start()).rejects.toMatchObject({ code: 'module_set_up_failed', module: 'broken' });
  });
});

describe('a host without modules', () => {
  it('does not subscribe to the log, and nobody has to wait for it', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    let subscriptions = 0;
    const counting: typeof store = {
      ...store,
      subscribe: (options) => {
        subscriptions += 1;
        return store.subscribe(options);
      },
    };
    const world = createWorld(systemRuntime, counting);
    const host = world.host([]);
    await host.start();
    const { revision } = await world.set();
    expect(await handled(host, revision)).toBe('delivered');
    await world.caughtUp(host);
    expect(host.status().subscription).toEqual({ _tag: 'Closed' });
    expect(subscriptions).toBe(0);
    await host.stop();
  });
});

describe('waiting for modules', () => {
  it('settles when every module is through, whether asked before, meanwhile or long after', async () => {
    const world = createWorld();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const host = world.host([module('quick', () => undefined), module('slow', () => gate)]);
    await host.start();
    const { revision } = await world.set();
    let settled: string | undefined;
    const waiting = handled(host, revision).then((result) => {
      settled = result;
    });
    await until(() => host.status().modules[1]?.inFlight === 1, 'the slow module runs');
    expect(settled).toBeUndefined();
    open();
    await waiting;
    expect(settled).toBe('delivered');
    expect(await handled(host, revision)).toBe('delivered');
    for (let n = 0; n < 9_000; n += 1) await world.set({ user: `@user${n}:example.org` });
    await world.caughtUp(host);
    expect(await handled(host, revision)).toBe('delivered');
    await host.stop();
  });

  it('is pending after the timeout', async () => {
    const world = createWorld();
    const host = world.host([module('never', () => new Promise(() => undefined), { timeout: 60_000 })]);
    await host.start();
    const { revision } = await world.set();
    expect(await handled(host, revision, 20)).toBe('pending');
    await host.stop(10);
  });

  it('is refused inside a callback, however deep', async () => {
    const world = createWorld();
    const errors: Array<unknown> = [];
    const host = world.host([
      module('waiting', async (_userId, _roomId, _type, _content, context) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await handled(host, context.revision, 100).catch((error: unknown) => errors.push(error));
      }),
    ]);
    await host.start();
    await world.set();
    await world.caughtUp(host);
    await host.stop();
    expect(errors[0]).toBeInstanceOf(AwaitInsideCallback);
  });
});
