import { type ExpectedRevision, Revision } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import type { Fault } from '@account-data/tests-eventstoredb-double';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { eventually, idsIn, idsOf, left, newEvent, newEvents, openStore, quick, right, stream, withServer } from './support/withServer.js';

/** What may have written: the store must find out, by itself, whether it did. */
const unknownOutcomes: ReadonlyArray<readonly [string, Fault]> = [
  ['the answer is dropped', { kind: 'drop-answer' }],
  ['the request is lost', { kind: 'lose-request' }],
  ['the answer comes after the store gave up waiting', { kind: 'answer-late', milliseconds: 600 }],
  ['the connection breaks after the write', { kind: 'cut-after' }],
  ['the connection breaks before the write', { kind: 'cut-before' }],
  ['the node says that its write timed out, which it did not', { kind: 'server-timeout', done: true }],
  ['the node says that its write timed out, and did not write', { kind: 'server-timeout', done: false }],
  ['the call ends as unavailable', { kind: 'fail', code: status.UNAVAILABLE }],
  ['the call is cancelled by the server', { kind: 'fail', code: status.CANCELLED }],
  ['the deadline is exceeded', { kind: 'fail', code: status.DEADLINE_EXCEEDED }],
  ['the deadline is exceeded after the write', { kind: 'fail', code: status.DEADLINE_EXCEEDED, done: true }],
  ['the call ends as unavailable after the write', { kind: 'fail', code: status.UNAVAILABLE, done: true }],
  ['the call ends with an internal error', { kind: 'fail', code: status.INTERNAL }],
  ['the call ends for unknown reasons', { kind: 'fail', code: status.UNKNOWN }],
  ['the node is not the leader and does not know it', { kind: 'not-leader' }],
  ['the node is not ready', { kind: 'not-ready' }],
  ['the append is answered twice', { kind: 'answer-twice' }],
];

const expectations: ReadonlyArray<ExpectedRevision> = ['no-stream', Revision(1), 'any'];

describe('an append that goes wrong is found out about: it is stored once where', () => {
  for (const [what, fault] of unknownOutcomes) {
    for (const expected of expectations) {
      it(
        `${what}, expecting ${expected}`,
        withServer({}, async (server, store) => {
          const before = expected === 'no-stream' ? [] : newEvents(2);
          if (before.length > 0) await right(store.append(stream('s'), before, 'no-stream'));
          server.faults.add({ on: 'append', fault });
          const events = newEvents(2);
          const result = await right(store.append(stream('s'), events, expected));
          expect(result.revision).toBe(Revision(before.length + 1));
          expect(server.faults.pending).toBe(0);
          expect(await idsIn(store, 's')).toEqual(idsOf([...before, ...events]));
          await right(store.append(stream('s'), newEvents(1), result.revision));
        }),
      );
    }
  }

  it(
    'the node starts anew after the write and remembers no event ids, expecting any',
    withServer({}, async (server, store) => {
      await right(store.append(stream('s'), newEvents(3), 'any'));
      server.faults.add({ on: 'append', fault: { kind: 'drop-answer' } });
      const events = newEvents(2);
      const pending = store.append(stream('s'), events, 'any')();
      await eventually('the write', () => server.log.readStream('s', 'end', true, 1)._tag === 'Events' && server.faults.pending === 0);
      await server.stop();
      await server.start();
      expect(await pending).toMatchObject(E.right({ revision: '4' }));
      expect((await idsIn(store, 's')).slice(3)).toEqual(idsOf(events));
    }),
  );

  it(
    'several attempts in a row go wrong, each in its own way',
    withServer({}, async (server, store) => {
      for (const [, fault] of unknownOutcomes) if (fault.kind !== 'answer-twice') server.faults.add({ on: 'append', fault });
      const events = newEvents(1);
      const patient = openStore(server.connectionString, { timeouts: { ...quick, attempt: 200, append: 20_000 } });
      await right(patient.append(stream('s'), events, 'no-stream'));
      await patient.close();
      expect(await idsIn(store, 's')).toEqual(idsOf(events));
    }),
  );
});

describe('an append whose outcome can not be found out', () => {
  it(
    'says so when the time is over, and the same append again tells',
    withServer({ store: { timeouts: { ...quick, append: 500 } } }, async (server, store) => {
      server.faults.add({ on: 'append', times: 100, fault: { kind: 'drop-answer' } });
      const events = newEvents(1);
      const error = await left(store.append(stream('s'), events, 'no-stream'));
      expect(error).toMatchObject({ _tag: 'OutcomeUnknown', code: 'outcome_unknown', stream: 's' });
      server.faults.clear();
      expect((await right(store.append(stream('s'), events, 'no-stream'))).revision).toBe('0');
      expect(await idsIn(store, 's')).toEqual(idsOf(events));
    }),
  );

  it('is unknown also where a later attempt is refused for good: an earlier one may have written', async () => {
    const rights = { mayWrite: true };
    await withServer({ isAllowed: ({ action }) => action !== 'write' || rights.mayWrite }, async (server, store) => {
      server.faults.add({ on: 'append', fault: { kind: 'drop-answer' } });
      const pending = left(store.append(stream('s'), newEvents(1), 'no-stream'));
      await eventually('the write', () => server.faults.pending === 0);
      rights.mayWrite = false;
      expect(await pending).toMatchObject({ _tag: 'OutcomeUnknown' });
      expect(await left(store.append(stream('s'), newEvents(1), 'no-stream'))).toMatchObject({ _tag: 'AccessDenied' });
    })();
  });

  it(
    'is not unknown where nothing ever left the process: the store is unavailable',
    withServer({ store: { timeouts: { ...quick, append: 400 } } }, async (server, store) => {
      await server.stop();
      const error = await left(store.append(stream('s'), newEvents(1), 'no-stream'));
      expect(error).toMatchObject({ _tag: 'StoreUnavailable', code: 'store_unavailable' });
      await server.start();
      await right(store.append(stream('s'), newEvents(1), 'no-stream'));
    }),
  );

  it(
    'is not unknown where a node said that it is not ready, however often',
    withServer({ store: { timeouts: { ...quick, append: 300 } } }, async (server, store) => {
      server.faults.add({ on: 'append', times: 1_000, fault: { kind: 'not-ready' } });
      expect(await left(store.append(stream('s'), newEvents(1), 'any'))).toMatchObject({
        _tag: 'StoreUnavailable',
        message: expect.stringContaining('Server Is Not Ready') as string,
      });
    }),
  );

  it(
    'takes no longer than its time on a node that accepts and never answers, and the store comes back with the node',
    withServer({ store: { timeouts: { ...quick, append: 1_000 } } }, async (server, store) => {
      await right(store.append(stream('s'), newEvents(1), 'no-stream'));
      server.relay.freeze();
      const began = systemRuntime.clock.monotonic();
      expect(await left(store.append(stream('s'), newEvents(1), Revision(0)))).toMatchObject({ _tag: 'OutcomeUnknown' });
      expect(systemRuntime.clock.monotonic() - began).toBeLessThan(5_000);
      server.relay.thaw();
      await right(store.append(stream('t'), newEvents(1), 'no-stream'));
    }),
  );
});

describe('what goes wrong with one append touches no other:', () => {
  const others = (count: number): ReadonlyArray<string> => Array.from({ length: count }, (_, index) => `other-${index}`);

  const faults: ReadonlyArray<readonly [string, Fault]> = unknownOutcomes;
  for (const [what, fault] of faults) {
    it(
      what,
      withServer({}, async (server, store) => {
        server.faults.add({ on: 'append', stream: 'bad', fault });
        const bad = newEvents(1);
        const good = others(20).map((name) => ({ name, events: newEvents(2) }));
        const results = await Promise.all([
          ...good.slice(0, 10).map(({ name, events }) => store.append(stream(name), events, 'no-stream')()),
          store.append(stream('bad'), bad, 'no-stream')(),
          ...good.slice(10).map(({ name, events }) => store.append(stream(name), events, 'no-stream')()),
        ]);
        expect(results.filter(E.isLeft)).toEqual([]);
        for (const { name, events } of [...good, { name: 'bad', events: bad }]) expect(await idsIn(store, name)).toEqual(idsOf(events));
      }),
    );
  }

  it(
    'its answer never comes while others are answered: their call goes on',
    withServer({}, async (server, store) => {
      server.faults.add({ on: 'append', stream: 'bad', fault: { kind: 'drop-answer' } });
      const state = { done: false };
      const bad = right(store.append(stream('bad'), newEvents(1), 'no-stream')).then(() => {
        state.done = true;
      });
      for (let index = 0; !state.done; index += 1) await right(store.append(stream(`other-${index}`), newEvents(1), 'no-stream'));
      await bad;
      expect(server.traffic.appendCalls).toBe(1);
    }),
  );

  it(
    'conflicts, tombstones and sizes are told to whom they concern',
    withServer({ maxAppendSize: 10_000 }, async (_server, store) => {
      await right(store.append(stream('taken'), newEvents(3), 'no-stream'));
      await right(store.tombstone(stream('dead')));
      const names = others(30);
      const [taken, dead, large, ...rest] = await Promise.all([
        store.append(stream('taken'), newEvents(1), 'no-stream')(),
        store.append(stream('dead'), newEvents(1), 'any')(),
        store.append(stream('large'), [newEvent('x'.repeat(20_000))], 'any')(),
        ...names.map((name) => store.append(stream(name), newEvents(1), 'no-stream')()),
      ]);
      expect(taken).toEqual(E.left({ _tag: 'RevisionConflict', code: 'revision_conflict', stream: 'taken', expected: 'no-stream', actual: '2' }));
      expect(dead).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
      expect(large).toMatchObject(E.left({ _tag: 'BatchTooLarge', limit: 10_000 }));
      expect(rest.filter(E.isLeft)).toEqual([]);
    }),
  );

  it(
    'an event beyond the limit of a newer server is too large at once, and nothing of its append is stored',
    withServer({ version: '26.1.0', maxAppendEventSize: 10_000 }, async (_server, store) => {
      const events = [newEvent(1), newEvent('x'.repeat(20_000))];
      const began = systemRuntime.clock.monotonic();
      const refused = await store.append(stream('large'), events, 'any')();
      expect(refused).toMatchObject(E.left({ _tag: 'BatchTooLarge', limit: 10_000 }));
      expect(systemRuntime.clock.monotonic() - began).toBeLessThan(quick.append ?? 0);
      expect(await right(store.read(stream('large'), { limit: 5 }))).toEqual({ _tag: 'NoStream' });
    }),
  );

  it(
    "another client of the same process whose appends all fail, as that client's own do of each other",
    withServer({}, async (server, store) => {
      const neighbour = EventStoreDBClient.connectionString(server.connectionString);
      const third = EventStoreDBClient.connectionString(server.connectionString);
      await neighbour.appendToStream('n', jsonEvent({ type: 'T', data: {} }));
      await third.appendToStream('t', jsonEvent({ type: 'T', data: {} }));
      // The client's batch path keeps what is under way in one map for the whole process: the failure of one client's
      // call rejects the appends of all of them. When this no longer holds, the client has mended it.
      server.faults.add({ on: 'append', stream: 'third', fault: { kind: 'hold' } });
      server.faults.add({ on: 'append', stream: 'ours', fault: { kind: 'hold' } });
      const ofThird = third.appendToStream('third', jsonEvent({ type: 'T', data: {} })).then(() => 'appended', () => 'rejected');
      const events = newEvents(1);
      const ours = store.append(stream('ours'), events, 'no-stream')();
      await eventually('both to be held', () => server.faults.held === 2);
      server.faults.add({ on: 'append', stream: 'neighbour', fault: { kind: 'fail', code: status.INTERNAL } });
      await expect(neighbour.appendToStream('neighbour', jsonEvent({ type: 'T', data: {} }))).rejects.toThrow();
      expect(await ofThird).toBe('rejected');
      await third.dispose();
      server.faults.release();
      expect(await ours).toMatchObject(E.right({ revision: '0' }));
      expect(await idsIn(store, 'ours')).toEqual(idsOf(events));
      await neighbour.dispose();
    }),
  );
});

describe('answers', () => {
  it(
    'may come out of order',
    withServer({ store: { timeouts: { ...quick, attempt: 10_000, append: 20_000 } } }, async (server, store) => {
      server.faults.add({ on: 'append', times: 10, fault: { kind: 'hold' } });
      const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
      const pending = names.map((name, index) => store.append(stream(name), newEvents(index + 1), 'no-stream')());
      await eventually('all to be held', () => server.faults.held === 10);
      server.faults.release();
      const results = await Promise.all(pending);
      results.forEach((result, index) => {
        expect(result).toMatchObject(E.right({ revision: Revision(index) }));
      });
    }),
  );

  it(
    'carry the stream as it is in a conflict, whatever the connection string says of failures',
    withServer({}, async (server, store) => {
      await right(store.append(stream('s'), newEvents(6), 'no-stream'));
      const other = openStore(`${server.connectionString}&throwOnAppendFailure=false`);
      expect(await left(other.append(stream('s'), newEvents(1), Revision(2)))).toMatchObject({ _tag: 'RevisionConflict', actual: '5' });
      expect(await left(other.append(stream('t'), newEvents(1), Revision(2)))).toMatchObject({ _tag: 'RevisionConflict', actual: 'no-stream' });
      await other.close();
    }),
  );
});

describe('many and large appends', () => {
  it(
    'all arrive, also where the connection takes them only bit by bit',
    withServer({ store: { timeouts: { ...quick, attempt: 20_000, append: 40_000 } } }, async (_server, store) => {
      const names = Array.from({ length: 60 }, (_, index) => `large-${index}`);
      const results = await Promise.all(names.map((name) => store.append(stream(name), [newEvent('x'.repeat(400_000))], 'no-stream')()));
      expect(results.filter(E.isLeft)).toEqual([]);
    }),
  );
});

describe('an account that may not append', () => {
  it(
    'is told so, and what to look at',
    withServer({ users: { ops: 'secret' } }, async (_server, store) => {
      expect(await left(store.append(stream('s'), newEvents(1), 'any'))).toMatchObject({
        _tag: 'AccessDenied',
        code: 'store_access_denied',
        message: expect.stringContaining('does not let this account append to s') as string,
      });
    }),
  );
});
