import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import { describe, expect, it } from 'vitest';
import { eventually, newEvents, openStore, right, stream, watch } from './support/withServer.js';

/** Subscribes to a log of three events, lets another log take its place with so many events in streams, and gives the health that comes of it. */
const afterReplacing = async (streams: ReadonlyArray<readonly [name: string, count: number]>) => {
  const former = await startEventStoreDbDouble();
  const { port } = former;
  const store = openStore(former.connectionString);
  await right(store.append(stream('s'), newEvents(3), 'no-stream'));
  const watched = watch(store, { prefixes: ['s', 'other'] });
  await eventually('the events', () => watched.ids().length === 3 && watched.subscription.health()._tag === 'Live');
  await former.stop();
  const next = await startEventStoreDbDouble();
  const filler = openStore(next.connectionString);
  for (const [name, count] of streams) await right(filler.append(stream(name), newEvents(count), 'no-stream'));
  await filler.close();
  const { log } = next;
  await next.stop();
  const replaced = await startEventStoreDbDouble({ port, log });
  try {
    await eventually('it to fail', () => watched.subscription.health()._tag === 'Failed');
    return { health: watched.subscription.health(), told: watched.ids().length };
  } finally {
    await store.close();
    await replaced.stop();
  }
};

describe('a log that was put back while a subscription runs, and goes on beyond what was told', () => {
  it.each([
    ['has another event where the last one was', [['s', 20]]],
    ['ends the stream before the last one', [['s', 2], ['other', 20]]],
  ] as const)('%s: the subscription fails, and nothing of it is told', async (_what, streams) => {
    const { health, told } = await afterReplacing(streams);
    expect(health._tag === 'Failed' && health.reason instanceof Error ? health.reason.message : '').toContain('revision 2 of the stream s');
    expect(told).toBe(3);
  });
});

describe('a log that is the same after its server was away', () => {
  it('is gone on with, also where the stream of the last event was removed', async () => {
    const server = await startEventStoreDbDouble({ runtime: systemRuntime });
    const store = openStore(server.connectionString);
    try {
      await right(store.append(stream('s'), newEvents(3), 'no-stream'));
      const watched = watch(store, { prefixes: ['s', 'other'] });
      await eventually('the events', () => watched.ids().length === 3);
      server.relay.cut();
      await eventually('it to be back', () => watched.healths.some(({ _tag }) => _tag === 'Reconnecting') && watched.subscription.health()._tag === 'Live');
      await right(store.tombstone(stream('s')));
      server.relay.cut();
      await right(store.append(stream('other'), newEvents(2), 'no-stream'));
      await eventually('what comes then', () => watched.ids().length === 5);
      expect(watched.healths.some(({ _tag }) => _tag === 'Failed')).toBe(false);
    } finally {
      await store.close();
      await server.stop();
    }
  });
});
