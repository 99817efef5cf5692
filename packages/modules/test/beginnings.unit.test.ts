import { isAfter, type Position, StreamName } from '@account-data/event-store';
import { simulatedRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { ReplayProgress } from '../src/index.js';
import { type Call, type LogLine, alice, bob, createWorld, lastProgress, module, names, recording, recordingLogger, right, until } from './support/world.js';

const numbers = (calls: ReadonlyArray<Call>, name: string): ReadonlyArray<unknown> =>
  calls.filter((call) => call.module === name).map(({ content }) => content['n']);

const range = (from: number, to: number): ReadonlyArray<number> => Array.from({ length: to - from }, (_none, i) => from + i);

describe('a module that is added later', () => {
  it.each(['now', 'start', 'position', 'time'] as const)('begins from %s, and the others go on where they were', async (from) => {
    const runtime = simulatedRuntime({ seed: 3, startAt: 1_000_000 });
    const world = createWorld(runtime);
    const run = async <A>(promise: Promise<A>): Promise<A> => {
      await runtime.advance(1_000);
      return promise;
    };
    const calls: Array<Call> = [];
    const first = world.host([recording('old', calls)]);
    await run(first.start());
    const places: Array<{ readonly position: Position; readonly time: number }> = [];
    for (const n of range(0, 6)) {
      const { position } = await run(world.set({ content: { n } }));
      places.push({ position, time: runtime.clock.now() });
    }
    await run(first.stop());
    const third = places[2];
    if (third === undefined) throw new Error('no third');
    const begin = {
      now: { _tag: 'Now' },
      start: { _tag: 'Start' },
      position: { _tag: 'Position', position: third.position },
      time: { _tag: 'Time', time: third.time },
    } as const;
    const second = world.host([recording('new', calls, { from: begin[from] }), recording('old', calls)]);
    await run(second.start());
    await run(world.set({ content: { n: 6 } }));
    await runtime.advance(2_000);
    expect(second.status().modules.map(({ state }) => state._tag)).toEqual(['Joined', 'Joined']);
    await run(world.set({ content: { n: 7 } }));
    await run(second.stop());
    expect(numbers(calls, 'old')).toEqual(range(0, 8));
    expect(numbers(calls, 'new')).toEqual(range({ now: 6, start: 0, position: 3, time: 3 }[from], 8));
    // Once they are delivered to together, the order is that of the configuration.
    expect(calls.slice(-2).map((call) => call.module)).toEqual(['new', 'old']);
  });

  it('catches up alone, without holding the others back, and joins while changes keep coming', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const first = world.host([recording('old', calls)]);
    await first.start();
    for (const n of range(0, 400)) await world.set({ user: `@user${n % 5}:example.org`, content: { n } });
    await world.caughtUp(first);
    await first.stop();
    const slow = recording('slow', calls, {}, () => new Promise((resolve) => setTimeout(resolve, 1)));
    const second = world.host([slow, recording('old', calls)], { maxInFlight: 5, maxPending: 20 });
    await second.start();
    let n = 400;
    let oldWasAhead = false;
    while (second.status().modules[0]?.state._tag !== 'Joined') {
      const { revision } = await world.set({ user: alice, content: { n } });
      n += 1;
      expect(Number(revision)).toBeGreaterThanOrEqual(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
      const [behind, ahead] = second.status().modules;
      if (behind?.state._tag === 'CatchingUp' && ahead !== undefined && isAfter(ahead.position as Position, behind.position as Position)) oldWasAhead = true;
      if (n > 5_000) throw new Error('It never joined.');
    }
    await world.caughtUp(second);
    await second.stop();
    expect(oldWasAhead).toBe(true);
    for (const name of ['slow', 'old']) {
      const heard = numbers(calls, name);
      expect(heard).toHaveLength(n);
      expect(new Set(heard).size).toBe(n);
      const ofAlice = calls.filter((call) => call.module === name && call.userId === alice).map(({ content }) => content['n']);
      expect(ofAlice).toEqual(range(400, n));
    }
  });

  it('goes on catching up after a restart', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const first = world.host([module('old', () => undefined)]);
    for (const n of range(0, 300)) await world.set({ content: { n } });
    await first.start();
    await world.caughtUp(first);
    await first.stop();
    const modules = [module('old', () => undefined), recording('new', calls, {}, () => new Promise((resolve) => setTimeout(resolve, 1)))];
    const second = world.host(modules, { maxPending: 16 });
    await second.start();
    await until(() => calls.length > 40, 'it has begun');
    await second.stop();
    expect(await lastProgress(world.store)).toMatchObject({ modules: { new: { catchingUp: true } } });
    const third = world.host(modules, { maxPending: 16 });
    await third.start();
    await world.caughtUp(third);
    await third.stop();
    expect(numbers(calls, 'new')).toEqual(range(0, 300));
  });

  it('may be all there is, on a log that has history', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    for (const n of range(0, 3)) await world.set({ content: { n } });
    const host = world.host([recording('a', calls), recording('b', calls, { from: { _tag: 'Start' } }), recording('c', calls, { from: { _tag: 'Now' } })]);
    await host.start();
    await world.set({ content: { n: 3 } });
    await world.caughtUp(host);
    await host.stop();
    expect(numbers(calls, 'a')).toEqual(range(0, 4));
    expect(numbers(calls, 'b')).toEqual(range(0, 4));
    expect(numbers(calls, 'c')).toEqual([3]);
  });
});

describe('checkpoints of modules that are gone', () => {
  it('are reported and kept, until they are forgotten', async () => {
    const world = createWorld();
    const first = world.host([module('kept', () => undefined), module('gone', () => undefined)]);
    await first.start();
    const { position } = await world.set();
    await world.caughtUp(first);
    await first.stop();
    const second = world.host([module('kept', () => undefined)]);
    await second.start();
    await world.set();
    await world.caughtUp(second);
    expect(second.status().unknownCheckpoints).toEqual([{ name: 'gone', position }]);
    expect(E.isLeft(await second.forget('kept')())).toBe(true);
    await second.stop();
    const lines: Array<LogLine> = [];
    const third = world.host([module('kept', () => undefined)], { logger: recordingLogger(lines) });
    await third.start();
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', message: expect.stringContaining('belongs to no module') as string, fields: { module: 'gone', position } },
    ]);
    expect(third.status().unknownCheckpoints).toEqual([{ name: 'gone', position }]);
    right(await third.forget('gone')());
    expect(third.status().unknownCheckpoints).toEqual([]);
    await third.stop();
    expect(Object.keys((await lastProgress(world.store))['modules'] as object)).toEqual(['kept']);
  });

  it('go over to the module that says it was renamed', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const first = world.host([recording('before', calls)]);
    await first.start();
    await world.set({ content: { n: 0 } });
    await world.caughtUp(first);
    await first.stop();
    await world.set({ content: { n: 1 } });
    const second = world.host([{ ...recording('after', calls), renamedFrom: 'before' }]);
    await second.start();
    await world.caughtUp(second);
    expect(second.status().unknownCheckpoints).toEqual([]);
    await second.stop();
    expect(numbers(calls, 'after')).toEqual([1]);
  });
});

describe('a replay', () => {
  it('delivers a range to one module again, marked, without touching its checkpoint', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([
      recording('a', calls, {}, ({ content, context }) => {
        if (context.isReplay && content['n'] === 4) throw new Error('not again');
      }),
      recording('b', calls),
    ]);
    await host.start();
    const positions: Array<Position> = [];
    for (const n of range(0, 8)) positions.push((await world.set({ user: n % 2 === 0 ? alice : bob, content: { n } })).position);
    await world.caughtUp(host);
    const before = host.status().modules.map(({ position }) => position);
    calls.length = 0;
    const seen: Array<ReplayProgress> = [];
    const shown: Array<unknown> = [];
    const from = positions[1];
    const to = positions[5];
    if (from === undefined || to === undefined) throw new Error('no positions');
    const replayed = await host.replay('a', { from: { _tag: 'Position', position: from }, to }, {
      onProgress: (progress) => {
        seen.push(progress);
        shown.push(host.status().modules[0]?.replays);
      },
    })();
    expect(right(replayed)).toMatchObject({ deliveries: 4, failures: 1 });
    expect(seen.at(-1)).toEqual(right(replayed));
    expect(shown).toEqual(seen.map((progress) => [{ ...progress, to }]));
    expect(host.status().modules[0]?.replays).toEqual([]);
    expect(calls.every(({ context }) => context.isReplay)).toBe(true);
    expect(calls.map((call) => call.module)).toEqual(['a', 'a', 'a', 'a']);
    expect(calls.filter(({ userId }) => userId === alice).map(({ content }) => content['n'])).toEqual([2, 4]);
    expect(calls.filter(({ userId }) => userId === bob).map(({ content }) => content['n'])).toEqual([3, 5]);
    expect(host.status().modules.map(({ position }) => position)).toEqual(before);
    calls.length = 0;
    expect(right(await host.replay('b', { from: { _tag: 'Start' } })())).toMatchObject({ deliveries: 8, failures: 0 });
    expect(E.isLeft(await host.replay('b', { from: { _tag: 'Now' } })())).toBe(true);
    await host.stop();
  });

  it('can be stopped', async () => {
    const world = createWorld();
    const host = world.host([module('a', () => new Promise((resolve) => setTimeout(resolve, 1)))], { maxPending: 16 });
    for (const n of range(0, 2_000)) await world.set({ content: { n } });
    await host.start();
    const controller = new AbortController();
    const replayed = await host.replay('a', { from: { _tag: 'Start' } }, {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    })();
    expect(E.isLeft(replayed) && replayed.left.code).toBe('module_refusal');
    await host.stop(10);
  });
});

describe('what can not be delivered', () => {
  const odd = (type: string, metadata: object, data: object = {}): { readonly id: string; readonly type: string; readonly data: Record<string, unknown>; readonly metadata: Record<string, unknown> } => ({
    id: crypto.randomUUID(),
    type,
    data: { ...data },
    metadata: { ...metadata },
  });
  const stream = StreamName(names.accountData(alice));

  it('a damaged event is counted, named and passed over; one that is not ours calls nobody', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([recording('a', calls)]);
    await host.start();
    await world.set({ content: { n: 0 } });
    right(await world.store.append(stream, [odd('AccountDataUpdated', { schemaVersion: 1 }, { userId: 5 }), odd('SomethingElse', {})], 'any')());
    await world.set({ content: { n: 1 } });
    await world.caughtUp(host);
    expect(host.status().undecodable).toBe(1);
    await host.stop();
    expect(numbers(calls, 'a')).toEqual([0, 1]);
  });

  it('delivery stops before an event of a newer version, loudly', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([recording('a', calls)]);
    await host.start();
    await world.set({ content: { n: 0 } });
    await world.caughtUp(host);
    right(await world.store.append(stream, [odd('AccountDataUpdated', { schemaVersion: 99 })], 'any')());
    await world.set({ content: { n: 1 } });
    await until(() => host.status().state === 'failed', 'it failed');
    expect(host.status().failure).toMatch(/schema version 99/);
    await host.stop();
    expect(numbers(calls, 'a')).toEqual([0]);
  });
});
