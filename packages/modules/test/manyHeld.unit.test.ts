import { isAtLeast, maxBatchBytes, Position, Revision } from '@account-data/event-store';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitProgress } from '../src/host/progress/fitProgress.js';
import { heldBytesOf } from '../src/host/progress/heldBytes.js';
import { type GroupProgress, encodeProgress } from '../src/host/progress/ModuleProgress.js';
import type { Backoff } from '../src/index.js';
import { type Call, createWorld, lastProgress, module, recording, until } from './support/world.js';

const hour: Backoff = { initial: 3_600_000, maximum: 3_600_000, factor: 1 };

/** As long as a user id may be. */
const longId = (n: number): string => `@${'u'.repeat(225)}${n.toString().padStart(5, '0')}:example.org`;

const arbitraryProgress: fc.Arbitrary<GroupProgress> = fc.record({
  owner: fc.constant('someone'),
  epoch: fc.nat(),
  modules: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.record({
      low: fc.bigInt(0n, 1_000n).map(Position),
      held: fc.array(
        fc.record({
          user: fc.string({ unit: 'grapheme', maxLength: 60 }),
          nextRevision: fc.bigInt(0n, 2n ** 63n).map(Revision),
          after: fc.oneof(fc.constant('start' as const), fc.bigInt(0n, 2_000n).map(Position)),
        }),
        { maxLength: 12 },
      ),
    }),
    { maxKeys: 5 },
  ),
});

describe('progress', () => {
  it('takes up no more than it may, and leaves nothing out that is not handled', () => {
    fc.assert(
      fc.property(arbitraryProgress, fc.nat(4_000), (known, maxBytes) => {
        const { progress, widened } = fitProgress(known, maxBytes);
        const sizes = Object.values(progress.modules).map(heldBytesOf);
        expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(maxBytes);
        for (const [name, { low, held }] of Object.entries(known.modules)) {
          const written = progress.modules[name];
          if (!widened.includes(name)) expect(written).toEqual({ low, held });
          else for (const { after } of held) expect(written?.low === 'start' || (after !== 'start' && written !== undefined && isAtLeast(after, written.low))).toBe(true);
        }
      }),
    );
  });

  it('is never larger than it is counted', () => {
    fc.assert(
      fc.property(arbitraryProgress, (progress) => {
        for (const [name, checkpoint] of Object.entries(progress.modules)) {
          const one = { ...progress, modules: { [name]: checkpoint } };
          const none = { ...progress, modules: { [name]: { ...checkpoint, held: [] } } };
          const bytesOf = (of: GroupProgress): number => Buffer.byteLength(JSON.stringify(encodeProgress(of)));
          expect(bytesOf(one) - bytesOf(none)).toBeLessThanOrEqual(heldBytesOf(checkpoint));
        }
      }),
    );
  });
});

describe('users that wait for a retry', () => {
  it('pause their module before the progress of the group is too large to be written, and stop nothing else', async () => {
    const world = createWorld();
    const handled: Array<Call> = [];
    let broken = true;
    const modules = ['a', 'b', 'c', 'd'].map((name) =>
      recording(name, [], { failure: { onFailure: 'retry', backoff: hour } }, (call) => {
        if (broken) throw new Error('down');
        handled.push(call);
      }),
    );
    const calls: Array<Call> = [];
    const first = world.host([...modules, recording('fine', calls)]);
    await first.start();
    const total = 1_100;
    for (let n = 0; n < total; n += 1) await world.set({ user: longId(n) });
    await until(() => calls.length === total, 'the module that works hears of everything');
    const paused = first.status().modules.slice(0, 4);
    expect(paused.map(({ state }) => state)).toMatchObject(Array.from({ length: 4 }, () => ({ _tag: 'Paused', reason: 'too_many_held' })));
    await first.stop();
    expect(first.status().state).toBe('stopped');
    const written = Buffer.byteLength(JSON.stringify(await lastProgress(world.store)));
    expect(written).toBeGreaterThan(maxBatchBytes / 4);
    expect(written).toBeLessThan((maxBatchBytes * 3) / 4);

    broken = false;
    const second = world.host([...modules, recording('fine', calls)]);
    await second.start();
    await until(() => second.status().modules.every(({ state, held, lagEvents }) => state._tag === 'Joined' && held.length === 0 && lagEvents === 0), 'all goes on', 60_000);
    await second.stop();
    expect(calls).toHaveLength(total);
    for (const { name } of modules) {
      const users = handled.filter((call) => call.module === name).map(({ userId }) => userId);
      expect(users.sort()).toEqual(Array.from({ length: total }, (_none, n) => longId(n)));
    }
  });

  it('are heard again from the first of them on where they could not be written down one by one', async () => {
    const world = createWorld();
    const calls: Array<Call> = [];
    const slow = module('slow', () => new Promise<void>(() => undefined), { timeout: 3_600_000 });
    const store = world.store.connect();
    const first = createWorld(world.runtime, store).host([slow], { checkpoint: { milliseconds: 5, slowAfter: 5, bytes: 1_000 } });
    await first.start();
    for (let n = 0; n < 30; n += 1) await world.set({ user: `@user${n}:example.org`, content: { n } });
    await until(() => first.status().modules[0]?.inFlight === 30, 'all hang');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(first.status().state).toBe('delivering');
    expect(await lastProgress(world.store)).toMatchObject({ modules: { slow: { low: 'start', held: [] } } });
    store.abandon();
    const second = world.host([recording('slow', calls)]);
    await second.start();
    await world.caughtUp(second);
    await second.stop();
    expect(calls.map(({ content }) => content['n'])).toEqual(Array.from({ length: 30 }, (_none, n) => n));
  });
});
