import { StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import type { Backoff, ConfiguredModule } from '../src/index.js';
import { type Call, alice, createWorld, module, names, recording, right, until } from './support/world.js';

const once: Backoff = { initial: 1, maximum: 1, factor: 1 };

describe('a parked delivery that is driven again', () => {
  it('is found however much stands between it and the change before it, in streams whose names begin alike too', async () => {
    const world = createWorld();
    const user = '@a:example.co';
    const calls: Array<Call> = [];
    let broken = true;
    const host = world.host([
      recording(
        'failing',
        calls,
        { failure: { onFailure: 'park', attempts: 3, backoff: { initial: 100, maximum: 100, factor: 1 } } },
        ({ userId }) => {
          if (userId === user && broken) throw new Error('down');
        },
      ),
    ]);
    await host.start();
    const first = await world.set({ user, content: { n: 1 } });
    for (let n = 0; n < 600; n += 1) await world.set({ user: '@a:example.com', content: { n } });
    const second = await world.set({ user, content: { n: 2 } });
    await until(() => host.status().modules[0]?.parked === 2, 'both are parked');
    broken = false;
    expect(right(await host.redrive('failing', 'all')())).toEqual([
      { eventId: first.eventId, outcome: 'handled' },
      { eventId: second.eventId, outcome: 'handled' },
    ]);
    expect(right(await host.parked('failing')())).toEqual([]);
    await host.stop();
  });

  it('stays parked where its event can not be read, and goes where the log has lost it', async () => {
    const world = createWorld(systemRuntime, createInMemoryEventStore({ runtime: systemRuntime, keepTombstoned: false }));
    let isReadable = true;
    const host = world.host(
      [
        module(
          'failing',
          () => {
            throw new Error('down');
          },
          { failure: { onFailure: 'park', attempts: 1, backoff: once } },
        ),
      ],
      {
        cipher: {
          seal: (_userId, content) => content,
          open: (_userId, content) => {
            if (!isReadable) throw new Error('no key');
            return content;
          },
        },
      },
    );
    await host.start();
    const { eventId } = await world.set();
    await until(() => host.status().modules[0]?.parked === 1, 'it is parked');
    isReadable = false;
    expect(right(await host.redrive('failing', 'all')())).toEqual([
      { eventId, outcome: 'failed', error: { name: 'UnreadableEvent', code: 'unreadable_event', message: 'The content can not be opened.' } },
    ]);
    expect(right(await host.parked('failing')())).toHaveLength(1);
    isReadable = true;
    right(await world.store.tombstone(StreamName(names.accountData(alice)))());
    expect(right(await host.redrive('failing', 'all')())).toEqual([{ eventId, outcome: 'gone' }]);
    await host.stop();
  });
});

interface Overlap {
  /** Of callbacks for one user. */
  most: number;
  running: number;
}

/** Parks changes whose content says so, takes its time over the others, and counts how many callbacks run at once. */
const slowly = (overlap: Overlap, calls: Array<Call>, isBroken: (call: Call) => boolean): ConfiguredModule =>
  recording('slow', calls, { failure: { onFailure: 'park', attempts: 2, backoff: once } }, async (call) => {
    overlap.running += 1;
    overlap.most = Math.max(overlap.most, overlap.running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    overlap.running -= 1;
    if (isBroken(call)) throw new Error('down');
  });

describe('a change that is driven again runs beside no other callback of its user', () => {
  it.each(['in line', 'held back', 'catching up'])('while the others are %s', async (where) => {
    const world = createWorld();
    const overlap: Overlap = { most: 0, running: 0 };
    const calls: Array<Call> = [];
    let firstIsBroken = true;
    const host = world.host([
      slowly(overlap, calls, ({ content, context }) =>
        content['n'] === 0 ? firstIsBroken : where === 'held back' && content['n'] === 1 && context.attempt < 2,
      ),
    ]);
    await host.start();
    const { eventId } = await world.set({ content: { n: 0 } });
    await until(() => host.status().modules[0]?.parked === 1, 'it is parked');
    firstIsBroken = false;
    if (where === 'catching up') right(await host.pause('slow')());
    for (let n = 1; n <= 10; n += 1) await world.set({ content: { n } });
    if (where === 'catching up') right(await host.resume('slow')());
    await until(() => calls.some(({ content }) => content['n'] === 3), 'it is in the middle of it');
    const driven = host.redrive('slow', 'all')();
    for (let n = 11; n <= 20; n += 1) await world.set({ content: { n } });
    expect(right(await driven)).toEqual([{ eventId, outcome: 'handled' }]);
    await world.caughtUp(host);
    await until(() => host.status().modules[0]?.held.length === 0, 'nobody is held');
    expect(overlap).toEqual({ most: 1, running: 0 });
    const others = calls.map(({ content }) => Number(content['n'])).filter((n) => n > 1);
    expect(others).toEqual(Array.from({ length: 19 }, (_none, i) => i + 2));
    expect(calls.findLastIndex(({ content }) => content['n'] === 0)).toBeLessThan(calls.length - 10);
    expect(host.status().modules[0]).toMatchObject({ deliveries: 21, failures: where === 'held back' ? 3 : 2 });
    await host.stop();
  });
});
