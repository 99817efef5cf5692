import type { EventStore, Position } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import type { Fault } from '@account-data/tests-eventstoredb-double';
import { startClusterDouble } from '@account-data/tests-eventstoredb-double';
import { status } from '@grpc/grpc-js';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { eventually, idsOf, newEvent, newEvents, openStore, pause, quick, right, stream, watch, type Watched, withServer } from './support/withServer.js';

const versions = ['22.10.5', '23.10.3', '24.10.0'];

const tagsOf = ({ healths }: Watched): ReadonlyArray<string> => healths.map(({ _tag }) => _tag);

const isLive = ({ subscription }: Watched): boolean => subscription.health()._tag === 'Live';

/** Appends one event at a time until told to stop; gives their ids in order. */
const writeUntil = async (store: EventStore, name: string, stop: () => boolean): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  while (!stop()) {
    const event = newEvent(ids.length);
    const result = await store.append(stream(name), [event], 'any')();
    if (E.isRight(result)) ids.push(event.id);
  }
  return ids;
};

const cuts: ReadonlyArray<readonly [string, Fault]> = [
  ['is unavailable', { kind: 'fail', code: status.UNAVAILABLE }],
  ['cancels it', { kind: 'fail', code: status.CANCELLED }],
  ['drops it as too slow', { kind: 'server-timeout', done: false }],
  ['is not ready', { kind: 'not-ready' }],
  ['is not the leader', { kind: 'not-leader' }],
  ['breaks the connection', { kind: 'cut-before' }],
  ['never confirms it', { kind: 'lose-request' }],
  ['fails for unknown reasons', { kind: 'fail', code: status.UNKNOWN }],
];

for (const version of versions) {
  describe(`a subscription on a node of version ${version} comes back, without gap or duplicate, where the node`, () => {
    for (const [what, fault] of cuts) {
      it(
        `${what} at first`,
        withServer({ version }, async (server, store) => {
          const events = newEvents(40);
          await right(store.append(stream('s'), events, 'no-stream'));
          server.faults.add({ on: 'subscribe', times: 3, fault });
          const watched = watch(store, { batchSize: 7, prefixes: ['s'] });
          await eventually('it to be live', () => isLive(watched));
          expect(watched.ids()).toEqual(idsOf(events));
          expect(tagsOf(watched)).toContain('Reconnecting');
          expect(tagsOf(watched).at(-1)).toBe('Live');
          expect(server.faults.pending).toBe(0);
        }),
      );
    }

    it(
      'breaks the connection again and again while it catches up',
      withServer({ version }, async (server, store) => {
        const events = newEvents(200);
        await right(store.append(stream('s'), events, 'no-stream'));
        for (let cut = 0; cut < 12; cut += 1) server.faults.add({ on: 'subscribe', fault: { kind: 'cut-stream', afterEvents: 3 + cut } });
        const watched = watch(store, { batchSize: 10, prefixes: ['s'] });
        await eventually('everything', () => watched.ids().length >= events.length);
        expect(watched.ids()).toEqual(idsOf(events));
      }),
    );

    it(
      'breaks the connection again and again while it is written to',
      withServer({ version }, async (server, store) => {
        const other = openStore(server.connectionString, { timeouts: { ...quick, append: 15_000 } });
        const watched = watch(store, { prefixes: ['s'] });
        await eventually('it to be live', () => isLive(watched));
        let cuts = 0;
        const writing = writeUntil(other, 's', () => cuts >= 8);
        for (; cuts < 8; cuts += 1) {
          const seen = watched.ids().length;
          await eventually('some more', () => watched.ids().length > seen + 5);
          server.relay.cut();
        }
        const ids = await writing;
        await eventually('everything', () => watched.ids().length >= ids.length);
        expect(watched.ids()).toEqual(ids);
        await other.close();
      }),
    );

    it(
      'starts anew, on the same port, with what it had',
      withServer({ version }, async (server, store) => {
        const first = newEvents(10);
        await right(store.append(stream('s'), first, 'no-stream'));
        const watched = watch(store, { prefixes: ['s'] });
        await eventually('it to be live', () => isLive(watched));
        await server.stop();
        await eventually('it to notice', () => watched.subscription.health()._tag === 'Reconnecting');
        const health = watched.subscription.health();
        expect(health).toMatchObject({ _tag: 'Reconnecting', reason: expect.any(String) as string });
        await eventually('it to try more than once', () => {
          const now = watched.subscription.health();
          return now._tag === 'Reconnecting' && now.attempt >= 3;
        });
        await server.start();
        const second = newEvents(10);
        await right(store.append(stream('s'), second, 'any'));
        await eventually('the rest', () => watched.ids().length >= 20);
        await eventually('it to be live', () => isLive(watched));
        expect(watched.ids()).toEqual(idsOf([...first, ...second]));
      }),
    );

    it(
      'is asked for a position where the event was scavenged',
      withServer({ version }, async (server, store) => {
        await right(store.setStreamMetadata(stream('last'), { maxCount: 1 }));
        for (let round = 0; round < 4; round += 1) {
          await right(store.append(stream('last'), newEvents(1), 'any'));
          await right(store.append(stream('data'), newEvents(1), 'any'));
        }
        const all = watch(store, { prefixes: ['last', 'data'] });
        await eventually('all', () => all.ids().length === 8);
        const positions = all.batches.flatMap(({ events }) => events.map(({ position }) => position));
        server.log.scavenge();
        const left = server.log.records.filter((record) => ['last', 'data'].includes(record.stream));
        expect(left).toHaveLength(5);
        for (const after of positions) {
          const watched = watch(store, { prefixes: ['last', 'data'], after });
          await eventually('it to be live', () => isLive(watched));
          expect(watched.ids()).toEqual(idsOf(left.filter((record) => record.position > BigInt(after))));
          await watched.subscription.close();
        }
      }),
    );
  });
}

describe('a handler that is slow', () => {
  for (const version of versions) {
    it(
      `keeps what waits for it bounded, and misses nothing (${version})`,
      withServer({ version, store: { timeouts: { ...quick, append: 15_000, attempt: 5_000 } } }, async (server, store) => {
        const state = { blocked: true, release: (): void => undefined };
        let largest = 0;
        const watched = watch(store, {
          batchSize: 20,
          prefixes: ['s'],
          onBatch: ({ events }) => {
            largest = Math.max(largest, events.length);
            return state.blocked && events.length > 0
              ? new Promise<void>((resolve) => {
                  state.release = resolve;
                })
              : undefined;
          },
        });
        await eventually('it to be live', () => isLive(watched));
        const ids: Array<string> = [];
        const filling = 'x'.repeat(2_000);
        for (let round = 0; round < 60; round += 1) {
          const events = Array.from({ length: 20 }, () => newEvent(filling));
          await right(store.append(stream('s'), events, 'any'));
          ids.push(...idsOf(events));
        }
        expect(watched.ids().length).toBeLessThanOrEqual(20);
        // Two batches wait in the store, and what fits into the windows of the connection on the way to it.
        expect(server.traffic.eventsSent).toBeLessThan(400);
        state.blocked = false;
        state.release();
        await eventually('everything', () => watched.ids().length >= ids.length);
        expect(watched.ids()).toEqual(ids);
        expect(largest).toBeLessThanOrEqual(20);
        await eventually('it to be live again', () => isLive(watched));
        // Older nodes drop who is slow; newer ones tell that it fell behind.
        expect(tagsOf(watched).slice(1)).toContain(version.startsWith('24') ? 'CatchingUp' : 'Reconnecting');
      }),
    );
  }
});

describe('a handler that is slow while its subscription begins', () => {
  for (const version of versions) {
    it(
      `does not make the node seem silent (${version})`,
      withServer({ version }, async (server, store) => {
        const events = newEvents(120);
        await right(store.append(stream('s'), events, 'no-stream'));
        const state = { blocked: true, release: (): void => undefined };
        const watched = watch(store, {
          batchSize: 10,
          prefixes: ['s'],
          onBatch: () =>
            state.blocked
              ? new Promise<void>((resolve) => {
                  state.release = resolve;
                })
              : undefined,
        });
        await eventually('something to come', () => watched.ids().length > 0);
        await pause((quick.attempt ?? 0) * 3);
        expect(tagsOf(watched)).not.toContain('Reconnecting');
        expect(server.relay.accepted).toBe(1);
        state.blocked = false;
        state.release();
        await eventually('everything', () => watched.ids().length >= events.length);
        expect(watched.ids()).toEqual(idsOf(events));
        expect(tagsOf(watched)).not.toContain('Reconnecting');
      }),
    );
  }
});

describe('a handler that never settles', () => {
  it(
    'does not keep its store from being closed, however much waits for it',
    withServer({ version: '23.10.3' }, async (_server, store) => {
      const watched = watch(store, { batchSize: 5, prefixes: ['s'], onBatch: () => new Promise<void>(() => undefined) });
      for (let round = 0; round < 20; round += 1) await right(store.append(stream('s'), newEvents(20), 'any'));
      await eventually('something to come', () => watched.ids().length > 0);
      await store.close();
      expect(watched.subscription.health()._tag).toBe('Closed');
    }),
  );
});

describe('a node that takes connections and never answers', () => {
  it(
    'is noticed while a subscription is live and idle',
    withServer({}, async (server, store) => {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      const before = server.relay.accepted;
      server.relay.freeze();
      await eventually('it to notice', () => watched.subscription.health()._tag === 'Reconnecting');
      server.relay.cut();
      server.relay.thaw();
      const other = openStore(server.connectionString);
      const events = newEvents(5);
      await right(other.append(stream('s'), events, 'no-stream'));
      await eventually('what came meanwhile', () => watched.ids().length >= 5);
      expect(watched.ids()).toEqual(idsOf(events));
      expect(server.relay.accepted).toBeGreaterThan(before);
      await other.close();
    }),
  );

  it(
    'is not suspected where a live subscription is only idle',
    withServer({}, async (_server, store) => {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      const other = watch(store, { prefixes: ['t'] });
      // Long enough for several questions whether the node is still there.
      for (let round = 0; round < 4; round += 1) {
        await right(store.append(stream('t'), newEvents(1), 'any'));
        await pause(quick.liveSilence ?? 0);
      }
      expect(tagsOf(watched)).toEqual(['Live']);
      expect(tagsOf(other)).toEqual(['Live']);
    }),
  );
});

describe('a cluster', () => {
  it('whose leader changes or dies: appends and subscriptions follow, without gap or duplicate', async () => {
    const cluster = await startClusterDouble(3);
    const patient = { timeouts: { ...quick, attempt: 1_000, append: 20_000, read: 20_000 } };
    const store = openStore(`${cluster.connectionString}&discoveryInterval=20&gossipTimeout=1`, patient);
    const writer = openStore(`${cluster.connectionString}&discoveryInterval=20&gossipTimeout=1`, patient);
    try {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      const state = { done: false };
      const writing = writeUntil(writer, 's', () => state.done);
      const more = async (): Promise<void> => {
        const seen = watched.ids().length;
        await eventually('some more', () => watched.ids().length > seen + 10);
      };
      await more();
      cluster.elect(1);
      await more();
      cluster.elect(undefined);
      cluster.elect(2);
      await more();
      await cluster.kill(2);
      cluster.elect(0);
      await more();
      await cluster.revive(2);
      cluster.elect(2);
      await more();
      state.done = true;
      const ids = await writing;
      await eventually('everything', () => watched.ids().length >= ids.length);
      expect(watched.ids()).toEqual(ids);
    } finally {
      await store.close();
      await writer.close();
      await cluster.stop();
    }
  });

  it('of which a live, idle subscription is not left on a node that is no longer the leader', async () => {
    const cluster = await startClusterDouble(2);
    const store = openStore(`${cluster.connectionString}&discoveryInterval=20`);
    try {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      expect(cluster.nodes.map(({ traffic }) => traffic.reads)).toEqual([1, 0]);
      cluster.elect(1);
      await eventually('it to move', () => cluster.nodes[0]?.traffic.reads === 0 && cluster.nodes[1]?.traffic.reads === 1);
      await eventually('it to be live', () => isLive(watched));
    } finally {
      await store.close();
      await cluster.stop();
    }
  });

  it('of which a live subscription is looked after also once its node failed to answer while an event came', async () => {
    const cluster = await startClusterDouble(2);
    const store = openStore(`${cluster.connectionString}&discoveryInterval=20`);
    try {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      const [first] = cluster.nodes;
      first?.faults.add({ on: 'read-all', fault: { kind: 'lose-request' } });
      await eventually('its node to be asked, in vain', () => first?.faults.pending === 0);
      cluster.log.append('s', [{ id: systemRuntime.random.uuid(), type: 'Happened', isJson: true, data: Buffer.from('{}'), metadata: Buffer.from('{}') }], 'any');
      await eventually('the event', () => watched.ids().length === 1);
      await pause((quick.attempt ?? 0) + 100);
      expect(tagsOf(watched)).toEqual(['Live']);
      cluster.elect(1);
      await eventually('it to move', () => first?.traffic.reads === 0 && cluster.nodes[1]?.traffic.reads === 1);
    } finally {
      await store.close();
      await cluster.stop();
    }
  });

  it('that can not be found while calls break: no rejection is left unhandled', async () => {
    const unhandled: Array<unknown> = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on('unhandledRejection', note);
    const cluster = await startClusterDouble(2);
    const store = openStore(`${cluster.connectionString}&discoveryInterval=10&maxDiscoverAttempts=1&gossipTimeout=1`, {
      timeouts: { ...quick, attempt: 5_000, append: 20_000 },
    });
    try {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      await right(store.append(stream('s'), newEvents(1), 'no-stream'));
      // The append's call breaks, and finding a node anew hangs; meanwhile the subscription's call on the old one breaks.
      for (const { faults } of cluster.nodes) faults.add({ on: 'gossip', times: 2, fault: { kind: 'lose-request' } });
      cluster.nodes[0]?.faults.add({ on: 'append', fault: { kind: 'fail', code: status.UNAVAILABLE } });
      const pending = right(store.append(stream('s'), newEvents(1), 'any'));
      await eventually('nodes to be looked for', () => cluster.nodes.some(({ faults }) => faults.pending < 2));
      cluster.nodes[0]?.relay.cut();
      await pending;
      await eventually('it to be live', () => isLive(watched));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
      await store.close();
      await cluster.stop();
    }
  });

  it('all of whose nodes die and come back, with much under way', async () => {
    const cluster = await startClusterDouble(3);
    const store = openStore(`${cluster.connectionString}&discoveryInterval=10&maxDiscoverAttempts=2&gossipTimeout=1`, {
      timeouts: { ...quick, append: 20_000, read: 20_000 },
    });
    try {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => isLive(watched));
      const pending = Array.from({ length: 20 }, (_, index) => store.append(stream(`s${index}`), newEvents(2), 'no-stream')());
      for (const index of [0, 1, 2]) await cluster.kill(index);
      await eventually('it to notice', () => watched.subscription.health()._tag === 'Reconnecting');
      for (const index of [0, 1, 2]) await cluster.revive(index);
      const results = await Promise.all(pending);
      expect(results.filter(E.isLeft)).toEqual([]);
      await eventually('everything', () => watched.ids().length >= 40);
      expect(new Set(watched.ids()).size).toBe(40);
    } finally {
      await store.close();
      await cluster.stop();
    }
  });
});

describe('a subscription', () => {
  it('that is not allowed says so, goes on trying and comes to life when it is', async () => {
    const rights = { mayReadAll: false };
    await withServer({ isAllowed: ({ stream: name }) => name !== '$all' || rights.mayReadAll }, async (_server, store) => {
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to say so', () => watched.subscription.health()._tag === 'Reconnecting');
      expect(watched.subscription.health()).toMatchObject({ reason: expect.stringContaining('Access Denied') as string });
      rights.mayReadAll = true;
      await eventually('it to be live', () => isLive(watched));
    })();
  });

  it(
    'never begins a long stretch of foreign events again',
    withServer({ version: '23.10.3' }, async (server, store) => {
      for (let index = 0; index < 5_500; index += 1) server.log.writeSystemEvent('$stats', '$statsCollected');
      const watched = watch(store, { prefixes: ['mine'] });
      await eventually('it to be live', () => isLive(watched));
      const checkpoint = watched.batches.at(-1)?.checkpoint ?? ('0' as Position);
      const passed = server.log.records.filter(({ position }) => position <= BigInt(checkpoint)).length;
      expect(watched.ids()).toEqual([]);
      expect(passed).toBeGreaterThan(3_000);
      const rest = watch(store, { prefixes: ['mine'], after: checkpoint });
      const events = newEvents(2);
      await right(store.append(stream('mine'), events, 'no-stream'));
      await eventually('what is mine', () => rest.ids().length === 2);
      expect(rest.ids()).toEqual(idsOf(events));
    }),
  );

  it(
    'goes on past streams that are tombstoned, and shows no tombstone',
    withServer({}, async (_server, store) => {
      const watched = watch(store, { prefixes: ['s'] });
      await right(store.append(stream('s1'), newEvents(2), 'no-stream'));
      await right(store.tombstone(stream('s1')));
      await right(store.tombstone(stream('s2')));
      const last = newEvents(1);
      await right(store.append(stream('s3'), last, 'no-stream'));
      await eventually('the last', () => watched.ids().includes(last[0]?.id ?? ''));
      expect(watched.batches.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(['Happened', 'Happened', 'Happened']);
    }),
  );

  it(
    'that is closed leaves no call open, whatever it was doing',
    withServer({}, async (server, store) => {
      await right(store.append(stream('s'), newEvents(500), 'no-stream'));
      const all = Array.from({ length: 10 }, () => watch(store, { batchSize: 3 }));
      await all[0]?.subscription.close();
      await eventually('some to read', () => (all[5]?.ids().length ?? 0) > 5);
      for (const { subscription } of all) await subscription.close();
      for (const watched of all) expect(watched.subscription.health()._tag).toBe('Closed');
      await eventually('all calls to be closed', () => server.traffic.reads === 0);
    }),
  );
});
