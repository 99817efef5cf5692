import { isAfter, type LogSlice, type ReadFrom, Revision } from '@account-data/event-store';
import { type Fault, startClusterDouble } from '@account-data/tests-eventstoredb-double';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { eventually, idsIn, idsOf, left, newEvents, openStore, quick, right, stream, watch, withServer } from './support/withServer.js';

const faults: ReadonlyArray<readonly [string, Fault]> = [
  ['is unavailable', { kind: 'fail', code: status.UNAVAILABLE }],
  ['cancels the call', { kind: 'fail', code: status.CANCELLED }],
  ['exceeds the deadline', { kind: 'fail', code: status.DEADLINE_EXCEEDED }],
  ['times out', { kind: 'server-timeout', done: false }],
  ['is not ready', { kind: 'not-ready' }],
  ['breaks the connection', { kind: 'cut-before' }],
  ['breaks the connection in the middle of the answer', { kind: 'cut-stream', afterEvents: 2 }],
  ['never answers', { kind: 'lose-request' }],
  ['is not the leader', { kind: 'not-leader' }],
];

describe('a read is made again, whole, where the node', () => {
  for (const [what, fault] of faults) {
    it(
      what,
      withServer({}, async (server, store) => {
        const events = newEvents(5);
        await right(store.append(stream('s'), events, 'no-stream'));
        server.faults.add({ on: 'read-stream', fault });
        expect(await idsIn(store, 's')).toEqual(idsOf(events));
        server.faults.add({ on: 'read-all', fault });
        expect(await right(store.head())).toBe(String(server.log.records.at(-1)?.position));
        server.faults.add({ on: 'subscribe', fault });
        const collected: Array<string> = [];
        let after: ReadFrom = 'start';
        for (let isEnd = false; !isEnd; ) {
          const slice: LogSlice = await right(store.readAll({ after, prefixes: ['s'], limit: 100 }));
          collected.push(...idsOf(slice.events));
          ({ next: after, isEnd } = slice);
        }
        expect(collected).toEqual(idsOf(events));
        expect(server.faults.pending).toBe(0);
        await eventually('all reads to be closed', () => server.traffic.reads === 0);
      }),
    );
  }
});

describe('a read that can not be answered', () => {
  it(
    'ends as unavailable when its time is over, and names the server',
    withServer({ store: { timeouts: { ...quick, read: 600 } } }, async (server, store) => {
      await right(store.head());
      server.relay.freeze();
      const expected = { _tag: 'StoreUnavailable', message: expect.stringContaining(`127.0.0.1:${server.port}`) as string };
      expect(await left(store.read(stream('s'), { limit: 1 }))).toMatchObject(expected);
      expect(await left(store.readAll({ after: 'start', limit: 1 }))).toMatchObject(expected);
      server.relay.thaw();
      await right(store.head());
    }),
  );

  it(
    'for want of rights says what may not be read',
    withServer({ isAllowed: ({ stream: name }) => name !== '$all' && name !== 'secret' }, async (_server, store) => {
      expect(await left(store.head())).toMatchObject({ _tag: 'AccessDenied', message: expect.stringContaining('read $all') as string });
      expect(await left(store.readAll({ after: 'start', limit: 5 }))).toMatchObject({ _tag: 'AccessDenied' });
      expect(await left(store.read(stream('secret'), { limit: 5 }))).toMatchObject({ _tag: 'AccessDenied' });
      expect(await right(store.read(stream('open'), { limit: 5 }))).toEqual({ _tag: 'NoStream' });
    }),
  );
});

describe('a stream', () => {
  it(
    'that was deleted softly is no stream, and goes on where it was',
    withServer({}, async (server, store) => {
      const client = EventStoreDBClient.connectionString(server.connectionString);
      await right(store.append(stream('s'), newEvents(3), 'no-stream'));
      await client.deleteStream('s');
      expect(await right(store.read(stream('s'), { limit: 5 }))).toEqual({ _tag: 'NoStream' });
      expect(await right(store.streamMetadata(stream('s')))).toEqual({});
      expect(await left(store.append(stream('s'), newEvents(1), Revision(0)))).toMatchObject({ _tag: 'RevisionConflict', actual: '2' });
      const events = newEvents(2);
      expect(await right(store.append(stream('s'), events, 'no-stream'))).toMatchObject({ revision: '4' });
      expect(await idsIn(store, 's')).toEqual(idsOf(events));
      await client.dispose();
    }),
  );

  it(
    'that was truncated by an operator begins where it was cut',
    withServer({}, async (server, store) => {
      const client = EventStoreDBClient.connectionString(server.connectionString);
      const events = newEvents(6);
      await right(store.append(stream('s'), events, 'no-stream'));
      await client.setStreamMetadata('s', { truncateBefore: 4, acl: { readRoles: ['$all'] } });
      expect(await idsIn(store, 's')).toEqual(idsOf(events.slice(4)));
      server.log.scavenge();
      expect(await idsIn(store, 's')).toEqual(idsOf(events.slice(4)));
      expect((await right(store.readAll({ after: 'start', prefixes: ['s'], limit: 10 }))).events.map(({ revision }) => revision)).toEqual(['4', '5']);
      expect(await right(store.append(stream('s'), newEvents(1), Revision(5)))).toMatchObject({ revision: '6' });
      await client.dispose();
    }),
  );

  it(
    'whose name is not ASCII is known to be tombstoned, though no node can say so in its headers',
    withServer({}, async (_server, store) => {
      for (const name of ['ünï👋', 'a\u2028b', 'a\tb']) {
        await right(store.append(stream(name), newEvents(1), 'no-stream'));
        await right(store.tombstone(stream(name)));
        expect(await right(store.read(stream(name), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
        await right(store.tombstone(stream(name)));
        expect(await left(store.streamMetadata(stream(name)))).toMatchObject({ _tag: 'StreamTombstoned' });
        expect(await left(store.setStreamMetadata(stream(name), { maxCount: 1 }))).toMatchObject({ _tag: 'StreamTombstoned' });
        expect(await left(store.append(stream(name), newEvents(1), 'any'))).toMatchObject({ _tag: 'StreamTombstoned' });
      }
    }),
  );

  it(
    'is read without positions, also where the server sends one that means none',
    withServer({ version: '21.10.8' }, async (_server, store) => {
      await right(store.append(stream('s'), newEvents(2), 'no-stream'));
      const slice = await right(store.read(stream('s'), { limit: 5 }));
      if (slice._tag !== 'Events') throw new Error('No events.');
      expect(slice.events).toHaveLength(2);
      for (const event of slice.events) expect(event).not.toHaveProperty('position');
    }),
  );

  it(
    'of ours that holds what is no JSON object shows that, and does not hide it',
    withServer({}, async (server, store) => {
      const client = EventStoreDBClient.connectionString(server.connectionString);
      const proposals = [
        { ...jsonEvent({ type: 'List', data: ['a'] }) },
        { id: '6f0c1c9b-e9a3-4d0c-8f2f-3f0f6f3f9b1e', type: 'Binary', contentType: 'application/octet-stream' as const, data: new Uint8Array([255, 0]) },
      ];
      await client.appendToStream('s', proposals as Parameters<typeof client.appendToStream>[1]);
      const slice = await right(store.readAll({ after: 'start', prefixes: ['s'], limit: 5 }));
      expect(slice.events.map(({ type, data }) => [type, data])).toEqual([
        ['List', { $unreadable: 'not a JSON object' }],
        ['Binary', { $unreadable: 'not a JSON object' }],
      ]);
      await client.dispose();
    }),
  );
});

describe('stream metadata', () => {
  it(
    'that an operator has set is kept where we set ours',
    withServer({}, async (server, store) => {
      const client = EventStoreDBClient.connectionString(server.connectionString);
      await client.setStreamMetadata('s', { acl: { readRoles: ['ops'] }, note: 'kept' });
      await right(store.setStreamMetadata(stream('s'), { maxCount: 1 }));
      expect((await client.getStreamMetadata('s')).metadata).toEqual({ acl: { readRoles: ['ops'] }, note: 'kept', maxCount: 1 });
      await right(store.setStreamMetadata(stream('s'), {}));
      expect((await client.getStreamMetadata('s')).metadata).toEqual({ acl: { readRoles: ['ops'] }, note: 'kept' });
      await client.dispose();
    }),
  );

  it(
    'that two set at once is that of one of them',
    withServer({}, async (_server, store) => {
      await Promise.all([1, 2, 3, 4, 5].map((maxCount) => right(store.setStreamMetadata(stream('s'), { maxCount }))));
      expect((await right(store.streamMetadata(stream('s')))).maxCount).toBeGreaterThan(0);
    }),
  );
});

describe('tombstoning is found out about where', () => {
  for (const [what, fault] of faults.filter(([, { kind }]) => kind !== 'cut-stream')) {
    it(
      `the node ${what}`,
      withServer({}, async (server, store) => {
        await right(store.append(stream('s'), newEvents(1), 'no-stream'));
        server.faults.add({ on: 'tombstone', fault });
        await right(store.tombstone(stream('s')));
        expect(await right(store.read(stream('s'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
      }),
    );
  }

  it(
    'the answer was lost after it was done',
    withServer({}, async (server, store) => {
      server.faults.add({ on: 'tombstone', fault: { kind: 'drop-answer' } });
      server.faults.add({ on: 'tombstone', fault: { kind: 'fail', code: status.DEADLINE_EXCEEDED, done: true } });
      server.faults.add({ on: 'tombstone', fault: { kind: 'cut-after' } });
      await right(store.tombstone(stream('s')));
    }),
  );

  it(
    'and is unknown where nothing can be found out',
    withServer({ store: { timeouts: { ...quick, append: 500 } } }, async (server, store) => {
      server.faults.add({ on: 'tombstone', times: 100, fault: { kind: 'lose-request' } });
      expect(await left(store.tombstone(stream('s')))).toMatchObject({ _tag: 'OutcomeUnknown', stream: 's' });
    }),
  );

  it('and is unknown also where a later attempt is refused for good: an earlier one may have been done', async () => {
    const rights = { mayDelete: true };
    await withServer({ isAllowed: ({ action }) => action !== 'delete' || rights.mayDelete }, async (server, store) => {
      server.faults.add({ on: 'tombstone', fault: { kind: 'lose-request' } });
      const pending = left(store.tombstone(stream('s')));
      await eventually('the attempt', () => server.faults.pending === 0);
      rights.mayDelete = false;
      expect(await pending).toMatchObject({ _tag: 'OutcomeUnknown', stream: 's' });
      expect(await left(store.tombstone(stream('s')))).toMatchObject({ _tag: 'AccessDenied' });
    })();
  });

  it(
    'and is refused for want of rights',
    withServer({ isAllowed: ({ action }) => action !== 'delete' }, async (_server, store) => {
      expect(await left(store.tombstone(stream('s')))).toMatchObject({ _tag: 'AccessDenied' });
    }),
  );
});

describe('a log in which little is ours', () => {
  for (const version of ['22.10.5', '23.10.3', '24.10.0']) {
    it(
      `is read on from where a broken connection left it (${version})`,
      withServer({ version }, async (server, store) => {
        const mine = newEvents(3);
        for (const event of mine) {
          for (let index = 0; index < 1_500; index += 1) server.log.writeSystemEvent('$stats', '$statsCollected');
          await right(store.append(stream('mine'), [event], 'any'));
        }
        const found: Array<string> = [];
        const stations: Array<ReadFrom> = [];
        let after: ReadFrom = 'start';
        for (let isEnd = false; !isEnd; ) {
          if (stations.length < 2) server.faults.add({ on: version < '23' ? 'read-all' : 'subscribe', fault: { kind: 'cut-stream', afterEvents: 1 } });
          const slice: LogSlice = await right(store.readAll({ after, prefixes: ['mine'], limit: 100 }));
          found.push(...idsOf(slice.events));
          stations.push(slice.next);
          ({ next: after, isEnd } = slice);
        }
        expect(found).toEqual(idsOf(mine));
        // What was read before the connection broke is kept, where checkpoints and events tell how far that was.
        if (version >= '23') expect(stations.length).toBeGreaterThanOrEqual(2);
        expect(after).toBe(String(server.log.records.at(-1)?.position));
      }),
    );

    it(
      `is read after any position, also where what stood there was scavenged (${version})`,
      withServer({ version }, async (server, store) => {
        await right(store.setStreamMetadata(stream('last'), { maxCount: 1 }));
        for (let round = 0; round < 4; round += 1) {
          await right(store.append(stream('last'), newEvents(1), 'any'));
          await right(store.append(stream('data'), newEvents(1), 'any'));
        }
        const prefixes = ['last', 'data'];
        const before = (await right(store.readAll({ after: 'start', prefixes, limit: 100 }))).events;
        expect(before).toHaveLength(8);
        server.log.scavenge();
        const whole = (await right(store.readAll({ after: 'start', prefixes, limit: 100 }))).events;
        expect(whole).toHaveLength(5);
        for (const { position } of before) {
          const slice = await right(store.readAll({ after: position, prefixes, limit: 100 }));
          expect(idsOf(slice.events)).toEqual(idsOf(whole.filter((event) => isAfter(event.position, position))));
        }
      }),
    );
  }
});

describe('a log of which one node has less than another', () => {
  for (const version of ['22.10.5', '23.10.3', '24.10.0']) {
    it(
      `is read without a gap where the connection changes between them (${version})`,
      async () => {
        const cluster = await startClusterDouble(2, { version });
        const store = openStore(`${cluster.connectionString}&discoveryInterval=20`);
        const writer = openStore(`${cluster.connectionString}&discoveryInterval=20`);
        try {
          const [first, second] = cluster.nodes;
          second?.view.fallBehind();
          const events = newEvents(5);
          await right(writer.append(stream('s'), events, 'no-stream'));
          // The head is read; before the reading up to it begins, an append moves the connection to the other node.
          first?.faults.add({ on: 'features', fault: { kind: 'hold' } });
          const reading = right(store.readAll({ after: 'start', prefixes: ['s'], limit: 100 }));
          await eventually('the head to be read', () => first?.faults.held === 1);
          cluster.elect(1);
          await right(store.append(stream('t'), newEvents(1), 'no-stream'));
          first?.faults.release();
          const early = await reading;
          second?.view.catchUp();
          const late = await right(store.readAll({ after: early.next, prefixes: ['s'], limit: 100 }));
          expect(idsOf([...early.events, ...late.events])).toEqual(idsOf(events));
        } finally {
          await store.close();
          await writer.close();
          await cluster.stop();
        }
      },
    );
  }

  it('is followed without gap or duplicate from one that has more to one that has less', async () => {
    const cluster = await startClusterDouble(3);
    // Under load it may take longer than what counts as lost in other tests.
    const store = openStore(`${cluster.connectionString}&discoveryInterval=20`, { timeouts: { ...quick, behind: 20_000 } });
    const writer = openStore(`${cluster.connectionString}&discoveryInterval=20`);
    try {
      const watched = watch(store, { prefixes: ['s'] });
      const first = newEvents(3);
      await right(writer.append(stream('s'), first, 'no-stream'));
      await eventually('the first', () => watched.ids().length === 3);
      cluster.nodes[1]?.view.fallBehind();
      const second = newEvents(3);
      await right(writer.append(stream('s'), second, Revision(2)));
      await eventually('the second', () => watched.ids().length === 6);
      cluster.elect(1);
      // What it has read already is not there: it comes back until it is.
      await eventually('it to move', () => {
        const health = watched.subscription.health();
        return health._tag === 'Reconnecting' && health.reason.includes('the log ends at position');
      });
      const third = newEvents(3);
      await right(writer.append(stream('s'), third, Revision(5)));
      cluster.nodes[1]?.view.catchUp();
      await eventually('the third', () => watched.ids().length >= 9);
      expect(watched.ids()).toEqual(idsOf([...first, ...second, ...third]));
    } finally {
      await store.close();
      await writer.close();
      await cluster.stop();
    }
  });
});

describe('a store', () => {
  it(
    'with a prefix shows nothing of others to readers who ask for all',
    withServer({ store: { prefix: 'ours-' } }, async (server, store) => {
      const foreign = openStore(server.connectionString);
      await right(foreign.append(stream('theirs'), newEvents(1), 'any'));
      await right(store.append(stream('ours-a'), newEvents(1), 'any'));
      expect((await right(store.readAll({ after: 'start', limit: 10 }))).events.map((event) => event.stream)).toEqual(['ours-a']);
      expect((await right(foreign.readAll({ after: 'start', limit: 10 }))).events.map((event) => event.stream)).toEqual(['theirs', 'ours-a']);
      expect((await right(store.readAll({ after: 'start', prefixes: [], limit: 10 }))).events).toEqual([]);
      await foreign.close();
    }),
  );

  it(
    'that reads much at once leaves no call open',
    withServer({}, async (server, store) => {
      await right(store.append(stream('s'), newEvents(300), 'no-stream'));
      const results = await Promise.all([
        ...Array.from({ length: 30 }, () => store.read(stream('s'), { limit: 10 })()),
        ...Array.from({ length: 30 }, () => store.readAll({ after: 'start', limit: 10 })()),
      ]);
      expect(results.filter(E.isLeft)).toEqual([]);
      await eventually('all reads to be closed', () => server.traffic.reads === 0);
    }),
  );
});
