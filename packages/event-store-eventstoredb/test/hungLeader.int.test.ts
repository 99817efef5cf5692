import type { EventStore } from '@account-data/event-store';
import { type ClusterDouble, startClusterDouble } from '@account-data/tests-eventstoredb-double';
import { describe, expect, it } from 'vitest';
import { type EventStoreDbOptions } from '../src/index.js';
import { eventually, idsIn, idsOf, newEvents, openStore, pause, quick, right, stream, watch } from './support/withServer.js';

const patient: NonNullable<EventStoreDbOptions['timeouts']> = { ...quick, append: 15_000, read: 15_000 };

/** Three nodes of which the first leads, and a store that knows all of them. */
const withCluster =
  (test: (cluster: ClusterDouble, open: (timeouts?: typeof patient) => EventStore) => Promise<void>) => async (): Promise<void> => {
    const cluster = await startClusterDouble(3);
    const stores: Array<EventStore> = [];
    try {
      await test(cluster, (timeouts = patient) => {
        const store = openStore(`${cluster.connectionString}&discoveryInterval=20&gossipTimeout=1`, { timeouts });
        stores.push(store);
        return store;
      });
    } finally {
      for (const { relay } of cluster.nodes) relay.thaw();
      for (const store of stores) await store.close();
      await cluster.stop();
    }
  };

/** The leader takes connections and calls and answers nothing; some time later the others elect one of them. */
const hang = (cluster: ClusterDouble): void => {
  cluster.nodes[0]?.relay.freeze();
};
const elect = async (cluster: ClusterDouble): Promise<void> => {
  await pause(1_500);
  cluster.elect(1);
};

describe('a leader that hangs is left for the one that is elected, by', () => {
  it(
    'an append that finds it hanging',
    withCluster(async (cluster, open) => {
      hang(cluster);
      const store = open();
      const events = newEvents(2);
      const pending = right(store.append(stream('s'), events, 'no-stream'));
      await elect(cluster);
      expect(await pending).toMatchObject({ revision: '1' });
      expect(await idsIn(store, 's')).toEqual(idsOf(events));
    }),
  );

  it(
    'an append that finds it hanging again, since the others still name it: it is not waited for so long once more',
    withCluster(async (cluster, open) => {
      hang(cluster);
      const store = open({ ...patient, attempt: 4_000, append: 7_500 });
      const pending = right(store.append(stream('s'), newEvents(1), 'no-stream'));
      await pause(5_000);
      cluster.elect(1);
      expect(await pending).toMatchObject({ revision: '0' });
    }),
  );

  it(
    'appends under way on it',
    withCluster(async (cluster, open) => {
      const store = open();
      await right(store.append(stream('s'), newEvents(1), 'no-stream'));
      hang(cluster);
      const names = ['a', 'b', 'c', 'd'];
      const pending = names.map((name) => right(store.append(stream(name), newEvents(2), 'no-stream')));
      await elect(cluster);
      await Promise.all(pending);
      for (const name of names) expect(await idsIn(store, name)).toHaveLength(2);
    }),
  );

  it(
    'a read, and a tombstone',
    withCluster(async (cluster, open) => {
      await right(open().append(stream('s'), newEvents(1), 'no-stream'));
      hang(cluster);
      const [reader, deleter] = [open(), open()];
      const read = right(reader.read(stream('s'), { limit: 5 }));
      const deleted = right(deleter.tombstone(stream('t')));
      await elect(cluster);
      expect(await read).toMatchObject({ _tag: 'Events' });
      await deleted;
    }),
  );

  it(
    'a subscription that finds it hanging, and nothing else that would leave it',
    withCluster(async (cluster, open) => {
      hang(cluster);
      const store = open({ ...patient, catchUpSilence: 30_000 });
      const watched = watch(store, { prefixes: ['s'] });
      await elect(cluster);
      await eventually('it to be live', () => watched.subscription.health()._tag === 'Live');
    }),
  );

  it(
    'a subscription that is live on it',
    withCluster(async (cluster, open) => {
      const watched = watch(open(), { prefixes: ['s'] });
      await eventually('it to be live', () => watched.subscription.health()._tag === 'Live');
      hang(cluster);
      await elect(cluster);
      await eventually('it to move', () => cluster.nodes[1]?.traffic.reads === 1 && watched.subscription.health()._tag === 'Live');
      const events = newEvents(3);
      await right(open().append(stream('s'), events, 'no-stream'));
      await eventually('the events', () => watched.ids().length === 3);
      expect(watched.ids()).toEqual(idsOf(events));
    }),
  );

  it(
    'a subscription that catches up on it',
    withCluster(async (cluster, open) => {
      const events = newEvents(400);
      await right(open().append(stream('s'), events, 'no-stream'));
      const watched = watch(open(), {
        prefixes: ['s'],
        batchSize: 20,
        onBatch: () => {
          if (watched.ids().length < 100) hang(cluster);
        },
      });
      await eventually('something to come', () => watched.ids().length > 0);
      await elect(cluster);
      await eventually('everything', () => watched.ids().length >= events.length);
      expect(watched.ids()).toEqual(idsOf(events));
    }),
  );
});

describe('a live, idle subscription', () => {
  it(
    'does not stay at a node that its connection has left for the leader',
    withCluster(async (cluster, open) => {
      const store = open();
      const watched = watch(store, { prefixes: ['s'] });
      await eventually('it to be live', () => watched.subscription.health()._tag === 'Live');
      cluster.nodes[0]?.view.fallBehind();
      cluster.elect(1);
      const events = newEvents(1);
      await right(store.append(stream('s'), events, 'no-stream'));
      await eventually('the event', () => watched.ids().length === 1);
      expect(watched.ids()).toEqual(idsOf(events));
    }),
  );
});
