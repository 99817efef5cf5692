import { StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import type { Backoff } from '../src/index.js';
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
