import { createInMemoryEventStore } from '@account-data/event-store';
import { simulatedRuntime, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import type { Backoff, ModulePolicy } from '../src/index.js';
import { type Call, type LogLine, alice, bob, createWorld, lastProgress, module, names, recording, recordingLogger, right, until } from './support/world.js';

const quick: Backoff = { initial: 5, maximum: 20, factor: 2 };
const retry: Partial<ModulePolicy> = { failure: { onFailure: 'retry', backoff: quick } };
const park = (attempts: number): Partial<ModulePolicy> => ({ failure: { onFailure: 'park', attempts, backoff: quick } });

const of = (calls: ReadonlyArray<Call>, userId: string): ReadonlyArray<unknown> =>
  calls.filter((call) => call.userId === userId).map(({ content }) => content['n']);

describe('retry', () => {
  it('tries again in order, and holds back that user for that module only', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const others: Array<Call> = [];
    let broken = true;
    const host = world.host([
      recording('failing', calls, retry, (call) => {
        if (call.userId === alice && call.content['n'] === 1 && broken) throw new Error('down');
      }),
      recording('other', others),
    ]);
    await host.start();
    for (let n = 0; n < 4; n += 1) await world.set({ user: alice, content: { n } });
    for (let n = 0; n < 4; n += 1) await world.set({ user: bob, content: { n } });
    await until(() => calls.filter(({ content }) => content['n'] === 1).length >= 5, 'it was tried several times');
    expect(of(others, alice)).toEqual([0, 1, 2, 3]);
    expect(of(calls, bob)).toEqual([0, 1, 2, 3]);
    expect(new Set(of(calls, alice))).toEqual(new Set([0, 1]));
    const [held] = host.status().modules[0]?.held ?? [];
    expect(held).toMatchObject({ userId: alice, nextRevision: '1' });
    broken = false;
    await until(() => host.status().modules[0]?.held.length === 0, 'nobody is held');
    await world.set({ user: alice, content: { n: 4 } });
    await world.caughtUp(host);
    await host.stop();
    const seen = of(calls, alice);
    expect(seen.slice(0, 2)).toEqual([0, 1]);
    expect(seen.filter((n) => n !== 1)).toEqual([0, 2, 3, 4]);
    const attempts = calls.filter(({ userId, content }) => userId === alice && content['n'] === 1).map(({ context }) => context.attempt);
    expect(attempts).toEqual(attempts.map((_attempt, index) => index + 1));
    expect(new Set(calls.filter(({ userId, content }) => userId === alice && content['n'] === 1).map(({ context }) => context.eventId)).size).toBe(1);
  });

  it('keeps held users in the checkpoint, and goes on with them after a restart without repeating others', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    let broken = true;
    const modules = [
      recording('failing', calls, retry, (call) => {
        if (call.userId === alice && broken) throw new Error('down');
      }),
    ];
    const first = world.host(modules);
    await first.start();
    for (let n = 0; n < 3; n += 1) {
      await world.set({ user: bob, content: { n } });
      await world.set({ user: alice, content: { n } });
    }
    await until(() => of(calls, bob).length === 3 && of(calls, alice).length >= 2, 'both were tried');
    await first.stop();
    expect(await lastProgress(world.store)).toMatchObject({
      modules: { failing: { held: [{ user: alice, nextRevision: '0' }] } },
    });
    broken = false;
    calls.length = 0;
    await world.set({ user: alice, content: { n: 3 } });
    const second = world.host(modules);
    await second.start();
    await until(() => of(calls, alice).length === 4, 'alice was delivered to');
    await until(() => second.status().modules[0]?.held.length === 0, 'nobody is held');
    await second.stop();
    expect(of(calls, alice)).toEqual([0, 1, 2, 3]);
    expect(of(calls, bob)).toEqual([]);
    expect(await lastProgress(world.store)).toMatchObject({ modules: { failing: { held: [] } } });
  });

  it('waits longer each time, up to the maximum, with some of it left to chance', async () => {
    const runtime = simulatedRuntime({ seed: 7 });
    const world = createWorld(runtime);
    const at: Array<number> = [];
    const backoff: Backoff = { initial: 1_000, maximum: 8_000, factor: 2 };
    const host = world.host([
      module(
        'failing',
        () => {
          at.push(runtime.clock.monotonic());
          throw new Error('down');
        },
        { failure: { onFailure: 'retry', backoff } },
      ),
    ]);
    const starting = host.start();
    await runtime.settle();
    await starting;
    const set = world.set();
    await runtime.settle();
    await set;
    await runtime.advance(60_000);
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(waits.length).toBeGreaterThan(8);
    for (const [index, wait] of waits.entries()) {
      const full = Math.min(8_000, 1_000 * 2 ** index);
      expect(wait).toBeGreaterThan(full / 2 - 1);
      expect(wait).toBeLessThanOrEqual(full);
    }
    expect(new Set(waits.slice(4).map(Math.round)).size).toBeGreaterThan(1);
    const stopping = host.stop();
    await runtime.advance(100);
    await stopping;
  });

  it('is pending for a held user and settles when the user is through', async () => {
    const world = createWorld();
    let broken = true;
    const host = world.host([
      module('failing', () => {
        if (broken) throw new Error('down');
      }, retry),
    ]);
    await host.start();
    await world.set();
    const { revision } = await world.set();
    const stream = names.accountData(alice);
    expect(await host.waitForHandled(stream, revision, 30)).toBe('pending');
    const waiting = host.waitForHandled(stream, revision, 15_000);
    broken = false;
    expect(await waiting).toBe('delivered');
    await host.stop();
  });

  it('pauses a module that holds too many users, and goes on when half of them are through', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    let broken = true;
    const host = world.host(
      [
        recording('failing', calls, retry, () => {
          if (broken) throw new Error('down');
        }),
      ],
      { maxHeldUsers: 6, maxInFlight: 2 },
    );
    await host.start();
    for (let n = 0; n < 40; n += 1) await world.set({ user: `@user${n}:example.org`, content: { n } });
    await until(() => host.status().modules[0]?.state._tag === 'Paused', 'it is paused');
    expect(host.status().modules[0]?.state).toMatchObject({ reason: 'too_many_held' });
    expect(host.status().modules[0]?.held.length).toBeLessThanOrEqual(8);
    broken = false;
    calls.length = 0;
    await until(() => host.status().modules[0]?.state._tag === 'Joined', 'it has joined again');
    await world.caughtUp(host);
    await until(() => host.status().modules[0]?.held.length === 0, 'nobody is held');
    await host.stop();
    expect(calls.map(({ userId }) => userId).sort()).toEqual(Array.from({ length: 40 }, (_none, n) => `@user${n}:example.org`).sort());
  });
});

describe('park', () => {
  it('puts a delivery aside after so many tries, without its content, and goes on with the user', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([
      recording('failing', calls, park(3), ({ content }) => {
        if (content['n'] === 1) throw Object.assign(new Error('refused secret-value-9'), { code: 'E_REFUSED' });
      }),
    ]);
    await host.start();
    await world.set({ content: { n: 0, text: 'secret-value-9' } });
    const { eventId, revision, position } = await world.set({ content: { n: 1, text: 'secret-value-9' } });
    await world.set({ content: { n: 2, text: 'secret-value-9' } });
    expect(await host.waitForHandled(names.accountData(alice), revision, 15_000)).toBe('parked');
    await world.caughtUp(host);
    await until(() => host.status().modules[0]?.held.length === 0, 'nobody is held');
    expect(of(calls, alice)).toEqual([0, 1, 1, 1, 2]);
    expect(host.status().modules[0]?.parked).toBe(1);
    await host.stop();

    const restarted = world.host([recording('failing', calls, park(3))]);
    await restarted.start();
    expect(right(await restarted.parked('failing')())).toEqual([
      {
        eventId,
        revision,
        position,
        stream: names.accountData(alice),
        attempts: 3,
        time: expect.any(Number) as number,
        error: { name: 'Error', message: 'refused [account data]', code: 'E_REFUSED' },
      },
    ]);
    expect(restarted.status().modules[0]?.parked).toBe(1);
    const all = right(await world.store.readAll({ after: 'start', prefixes: [names.parked('failing')], limit: 100 })());
    expect(all.events).toHaveLength(1);
    expect(JSON.stringify(all.events[0]?.data)).not.toContain('secret-value-9');
    await restarted.stop();
  });

  it('drives parked deliveries again, one or all, and drops them', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    let broken: ReadonlyArray<number> = [0, 1, 2, 3];
    const host = world.host([
      recording('failing', calls, park(1), ({ content }) => {
        if (broken.some((n) => n === content['n'])) throw new Error(`down ${Number(content['n'])}`);
      }),
    ]);
    await host.start();
    const ids: Array<string> = [];
    for (let n = 0; n < 4; n += 1) ids.push((await world.set({ user: `@user${n}:example.org`, content: { n } })).eventId);
    await world.caughtUp(host);
    await until(() => host.status().modules[0]?.parked === 4, 'all are parked');
    calls.length = 0;

    broken = [0, 3];
    expect(right(await host.redrive('failing', { eventId: ids[1] ?? '' })())).toEqual([{ eventId: ids[1], outcome: 'handled' }]);
    expect(right(await host.dropParked('failing', { eventId: ids[3] ?? '' })())).toBe(1);
    expect(right(await host.redrive('failing', 'all')())).toEqual([
      { eventId: ids[0], outcome: 'failed', error: { name: 'Error', message: 'down 0' } },
      { eventId: ids[2], outcome: 'handled' },
    ]);
    expect(calls.map(({ content }) => content['n'])).toEqual([1, 0, 2]);
    expect(calls.map(({ context }) => context.isReplay)).toEqual([false, false, false]);
    const [left, ...none] = right(await host.parked('failing')());
    expect(none).toEqual([]);
    expect(left).toMatchObject({ eventId: ids[0], attempts: 2 });
    expect(await host.redrive('failing', { eventId: 'unknown' })()).toEqual(E.left(expect.objectContaining({ code: 'not_parked' })));
    const unknown = E.left(expect.objectContaining({ code: 'unknown_module' }));
    for (const refused of [host.redrive('nobody', 'all'), host.parked('nobody'), host.dropParked('nobody', 'all'), host.dropParked('nobody', { eventId: 'none' })]) {
      expect(await refused()).toEqual(unknown);
    }
    expect(right(await host.dropParked('failing', 'all')())).toBe(1);
    expect(right(await host.parked('failing')())).toEqual([]);
    await host.stop();
  });

  it('finds nothing to drive again of a user who was erased', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const erased = new Set<string>();
    const host = world.host(
      [
        recording('failing', calls, park(1), () => {
          throw new Error('down');
        }),
      ],
      { isErased: (userId) => erased.has(userId) },
    );
    await host.start();
    const { eventId } = await world.set();
    await until(() => host.status().modules[0]?.parked === 1, 'it is parked');
    erased.add(alice);
    await world.set({ content: { n: 1 } });
    await world.caughtUp(host);
    expect(right(await host.redrive('failing', 'all')())).toEqual([{ eventId, outcome: 'gone' }]);
    expect(right(await host.parked('failing')())).toEqual([]);
    await host.stop();
    expect(calls).toHaveLength(1);
  });

  it('is not passed over when it can not be parked', async () => {
    let refusing = true;
    const store = createInMemoryEventStore({
      runtime: systemRuntime,
      fault: ({ stream }) => (refusing && stream.includes('parked') ? 'unavailable' : undefined),
    });
    const world = createWorld(systemRuntime, store);
    const calls: Array<Call> = [];
    const host = world.host([
      recording('failing', calls, park(1), ({ content }) => {
        if (content['n'] === 0) throw new Error('down');
      }),
    ]);
    await host.start();
    await world.set({ content: { n: 0 } });
    await world.set({ content: { n: 1 } });
    await until(() => calls.length >= 4, 'it was tried again');
    expect(new Set(of(calls, alice))).toEqual(new Set([0]));
    refusing = false;
    await until(() => of(calls, alice).includes(1), 'the next was delivered');
    expect(host.status().modules[0]?.parked).toBe(1);
    await host.stop();
  });
});

describe('a timeout', () => {
  it('fires the signal, fails the delivery, and the next goes on; what settles late is nobody\'s business', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const reasons: Array<unknown> = [];
    let rejectLate: (error: Error) => void = () => undefined;
    const host = world.host([
      recording('slow', calls, { timeout: 30 }, ({ content, context }) => {
        if (content['n'] !== 0) return undefined;
        context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
        return new Promise<void>((_resolve, reject) => {
          rejectLate = reject;
        });
      }),
      recording('next', calls),
    ]);
    await host.start();
    await world.set({ content: { n: 0 } });
    await world.set({ content: { n: 1 } });
    await world.caughtUp(host);
    expect(reasons).toEqual([expect.objectContaining({ code: 'delivery_timeout' })]);
    rejectLate(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls.map((call) => [call.module, call.content['n']])).toEqual([['slow', 0], ['next', 0], ['slow', 1], ['next', 1]]);
    expect(host.status().modules.map(({ failures, deliveries, inFlight }) => ({ failures, deliveries, inFlight }))).toEqual([
      { failures: 1, deliveries: 1, inFlight: 0 },
      { failures: 0, deliveries: 2, inFlight: 0 },
    ]);
    await host.stop();
  });

  it('shows a signal that has fired to who asks late', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([recording('slow', calls, { timeout: 20 }, () => new Promise<void>(() => undefined))]);
    await host.start();
    await world.set();
    await world.caughtUp(host);
    expect(calls[0]?.context.signal.aborted).toBe(true);
    await host.stop();
  });
});

describe('failures in a row', () => {
  it('pause a module visibly, and it goes on where it was when it is resumed, also after a restart', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const others: Array<Call> = [];
    const lines: Array<LogLine> = [];
    let broken = true;
    const modules = [
      recording('failing', calls, { pauseAfter: 3 }, () => {
        if (broken) throw new Error('down');
      }),
      recording('other', others),
    ];
    const first = world.host(modules, { logger: recordingLogger(lines) });
    await first.start();
    for (let n = 0; n < 10; n += 1) await world.set({ content: { n } });
    await world.caughtUp(first);
    expect(of(calls, alice)).toEqual([0, 1, 2]);
    expect(of(others, alice)).toHaveLength(10);
    expect(first.status().modules[0]).toMatchObject({ state: { _tag: 'Paused', reason: 'failures' }, consecutiveFailures: 3 });
    expect(lines.some(({ level, message, fields }) => level === 'error' && message === 'A module is paused' && fields['module'] === 'failing')).toBe(true);
    const { revision } = await world.set({ content: { n: 10 } });
    expect(await first.waitForHandled(names.accountData(alice), revision, 60_000)).toBe('pending');
    await first.stop();

    const second = world.host(modules);
    await second.start();
    await world.caughtUp(second);
    expect(second.status().modules[0]?.state).toMatchObject({ _tag: 'Paused', reason: 'failures' });
    expect(calls).toHaveLength(3);
    broken = false;
    right(await second.resume('failing')());
    await until(() => second.status().modules[0]?.state._tag === 'Joined', 'it has joined');
    await world.caughtUp(second);
    await world.set({ content: { n: 11 } });
    await world.caughtUp(second);
    await second.stop();
    expect(of(calls, alice)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(of(others, alice)).toHaveLength(12);
  });

  it('are forgotten after a success', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([
      recording('flaky', calls, { pauseAfter: 3 }, ({ content }) => {
        if (Number(content['n']) % 3 !== 2) throw new Error('down');
      }),
    ]);
    await host.start();
    for (let n = 0; n < 12; n += 1) await world.set({ content: { n } });
    await world.caughtUp(host);
    expect(host.status().modules[0]?.state._tag).toBe('Joined');
    await host.stop();
    expect(calls).toHaveLength(12);
  });

  it('a module is paused and resumed on request, hearing of everything once', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const host = world.host([recording('only', calls, {}, () => new Promise((resolve) => setTimeout(resolve, 1)))], { maxInFlight: 4 });
    await host.start();
    for (let n = 0; n < 100; n += 1) await world.set({ user: `@user${n % 10}:example.org`, content: { n } });
    await until(() => calls.length > 10, 'it runs');
    right(await host.pause('only')());
    await until(() => host.status().modules[0]?.inFlight === 0, 'nothing runs');
    const heard = calls.length;
    for (let n = 100; n < 120; n += 1) await world.set({ user: `@user${n % 10}:example.org`, content: { n } });
    expect(calls.length).toBe(heard);
    right(await host.resume('only')());
    await until(() => host.status().modules[0]?.state._tag === 'Joined', 'it has joined');
    await world.caughtUp(host);
    await host.stop();
    for (let user = 0; user < 10; user += 1) {
      expect(of(calls, `@user${user}:example.org`)).toEqual(Array.from({ length: 12 }, (_none, i) => i * 10 + user));
    }
  });

  it('an unknown module is named with those that there are', async () => {
    const world = createWorld();
    const host = world.host([module('known', () => undefined)]);
    await host.start();
    const refused = await host.pause('unknown')();
    expect(E.isLeft(refused) && refused.left._tag === 'UnknownModule' ? refused.left.message : '').toContain('known');
    await host.stop();
  });
});
