import { Revision, StreamName, createInMemoryEventStore, type EventStore, type SubscriptionHealth } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it, vi } from 'vitest';
import { memoryProjectionStorage, type StorageProvider } from '../src/index.js';
import { deliveringTwice, leavingOut, silent } from './faultyStore.js';
import { alice, bob, Log, logId, metadataOf, openProjection, proposed, right, room, setUp } from './harness.js';

const contentsOf = (projection: { readonly entries: (userId: string) => ReadonlyArray<{ readonly content: unknown }> }, user: string) =>
  projection.entries(user).map(({ content }) => content);

/** Every record in a provider's current storage, as text. */
const recordsOf = async (storage: StorageProvider): Promise<string> => {
  const opened = await storage.open((await storage.current()) ?? '');
  const records: Array<string> = [];
  for (const table of ['entries', 'tags', 'dataStreams', 'dataBlocks', 'tagStreams', 'tagBlocks', 'requests', 'requestOrder', 'log', 'types', 'quarantine', 'meta'] as const) {
    opened.scan(table, { from: '', to: '\u{10FFFF}' }, (key, value) => {
      records.push(`${table} ${key} ${value.toString('latin1', 0, value.length)}`);
    });
  }
  await opened.close();
  return records.join('\n');
};

describe('a projection that is cut off from the log', () => {
  it('says so while it lasts, in its health and in the log', async () => {
    const inner = createInMemoryEventStore({ runtime: systemRuntime });
    const log = new Log(inner);
    await log.create();
    let tell: ((health: SubscriptionHealth) => void) | undefined;
    const store: EventStore = {
      ...inner,
      subscribe: (options) => {
        tell = options.onHealth;
        return inner.subscribe(options);
      },
    };
    const logged: Array<unknown> = [];
    const projection = await openProjection(store, memoryProjectionStorage(), {
      logger: { log: (level, message, { reason, attempt }) => logged.push([level, message, reason, attempt]) },
    });
    expect(await projection.waitUntilReady(5_000)).toBe(true);
    expect(projection.health().cutOffFor).toBeUndefined();
    const since = systemRuntime.clock.monotonic() - 5_000;
    for (const attempt of [1, 2, 3]) {
      tell?.({ _tag: 'Reconnecting', reason: 'gone', attempt, since });
      tell?.({ _tag: 'CatchingUp' });
    }
    expect(projection.health().cutOffFor).toBeGreaterThanOrEqual(5_000);
    tell?.({ _tag: 'Live' });
    expect(projection.health().cutOffFor).toBeUndefined();
    expect(logged).toEqual([
      ['warn', 'The projection is cut off from the log and tries to come back.', 'gone', 1],
      ['warn', 'The projection is cut off from the log and tries to come back.', 'gone', 2],
      ['info', 'The projection follows the log again.', undefined, undefined],
    ]);
    await projection.close();
  });

  it('tells how long after its writing the last event was read', async () => {
    const { log, projection } = await setUp({ clock: () => systemRuntime.clock.now() });
    await log.set(alice, null, 'a', { n: 1 });
    await vi.waitFor(() => { expect(projection.get(alice, null, 'a')).toBeDefined(); });
    expect(projection.health().delay).toBeGreaterThanOrEqual(0);
    expect(projection.health().delay).toBeLessThan(5_000);
  });
});

describe('opening', () => {
  it('is refused without a log', async () => {
    const store = createInMemoryEventStore({ runtime: systemRuntime });
    await expect(openProjection(store)).rejects.toThrow('log_unknown');
  });

  it('goes on from what was written, whatever was not', async () => {
    const { store, log, projection, storage } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await projection.flush();
    const written = projection.health().writtenPosition;
    await log.set(alice, null, 'a', { n: 2 });
    // Not closed: as after a crash.
    const behind = await openProjection(silent(store), storage);
    expect(behind.get(alice, null, 'a')?.content).toEqual({ n: 1 });
    expect(behind.position()).toBe(written);
    expect(behind.health().ready).toBe(false);
    const again = await openProjection(store, storage);
    expect(await again.waitUntilReady(5_000)).toBe(true);
    expect(again.get(alice, null, 'a')?.content).toEqual({ n: 2 });
    expect(again.health()).toMatchObject({ ready: true, quarantined: 0, subscription: { _tag: 'Live' } });
  });

  it('builds anew where the storage is of another log', async () => {
    const { log, projection, storage } = await setUp();
    await log.set(alice, null, 'secret', { n: 1 });
    await projection.close();
    const logged: Array<string> = [];
    const other = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await other.create('00000000-0000-4000-8000-000000000002');
    await other.set(bob, null, 'a', { n: 2 });
    const opened = await openProjection(other.store, storage, { logger: { log: (level, message) => logged.push(`${level}: ${message}`) } });
    expect(opened.get(alice, null, 'secret')).toBeUndefined();
    expect(await opened.waitUntilReady(5_000)).toBe(true);
    expect(contentsOf(opened, bob)).toEqual([{ n: 2 }]);
    expect(logged).toEqual(['error: The projection is built anew from the log: it was made from another log.']);
    await opened.close();
    expect(await recordsOf(storage)).not.toContain('secret');
  });

  it('builds anew where the log is an older copy of the one it was made from', async () => {
    const { log, projection, storage } = await setUp();
    for (let n = 0; n < 10; n += 1) await log.set(alice, null, 'a', { n });
    await projection.close();
    const older = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await older.create();
    await older.set(alice, null, 'a', { n: -1 });
    const logged: Array<string> = [];
    const again = await openProjection(older.store, storage, { logger: { log: (_level, message) => logged.push(message) } });
    expect(await again.waitUntilReady(5_000)).toBe(true);
    expect(again.get(alice, null, 'a')?.content).toEqual({ n: -1 });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('an older copy of the log, or another one, took its place');
    await again.close();
    // The older copy went on, beyond what the projection knows.
    for (let n = 0; n < 20; n += 1) await older.set(alice, null, 'a', { n: -2 });
    const original = await openProjection(log.store, storage);
    expect(await original.waitUntilReady(5_000)).toBe(true);
    await original.close();
    const wentOn = await openProjection(older.store, storage);
    expect(await wentOn.waitUntilReady(5_000)).toBe(true);
    expect(await right(wentOn.verify())).toMatchObject({ equal: true });
  });

  it('builds anew where the storage has another format, or none that can be read', async () => {
    for (const meta of ['{"format":999,"logId":"x"}', JSON.stringify({ format: 999, logId, position: 5, events: 1, erasures: -1, logTime: 0, quarantined: 0 }), 'not json']) {
      const { store, log, projection, storage } = await setUp();
      await log.set(alice, null, 'a', { n: 1 });
      await projection.close();
      const opened = await storage.open((await storage.current()) ?? '');
      await opened.write((writer) => {
        const bytes = Buffer.from(meta);
        writer.put('meta', 'state', bytes, 0, bytes.length);
      });
      await opened.close();
      const again = await openProjection(store, storage);
      expect(await again.waitUntilReady(5_000)).toBe(true);
      expect(contentsOf(again, alice)).toEqual([{ n: 1 }]);
      await again.close();
    }
  });

  it('writes the position of a long stretch of foreign events, so that a restart does not read it again', async () => {
    const { store, log, storage, projection } = await setUp({ flush: { maxMilliseconds: 1 } });
    const foreign = Array.from({ length: 3_000 }, () => proposed({ type: 'X', data: {} }));
    await log.append('foreign', ...foreign);
    const head = await right(store.head());
    const last = projection.position();
    await projection.close();
    const again = await openProjection(store, storage);
    expect(again.position()).toBe(last);
    expect(await again.waitUntilReady(5_000)).toBe(true);
    expect(again.position()).toBe(head);
    await again.close();
    expect((await openProjection(store, storage)).position()).toBe(head);
  });
});

describe('what can’t be folded', () => {
  it('quarantines a corrupt event, counts it and goes on', async () => {
    const { log, projection, store, storage } = await setUp();
    const stream = log.names.accountData(alice);
    await log.set(alice, null, 'a', { n: 1 });
    await log.append(stream, proposed({ type: 'AccountDataUpdated', data: { userId: alice, roomId: 7, type: 'a', content: { secret: 'x' } } }));
    await log.append(stream, proposed({ type: 'AccountDataUpdated', data: { userId: bob, roomId: null, type: 'a', content: {} } }));
    await log.append(stream, proposed({ type: 'RoomTagSet', data: { userId: alice, roomId: room, tag: 't', content: {} } }));
    await log.append(stream, proposed({ type: 'AccountDataUpdated', data: { userId: alice, roomId: null, type: 'a', content: {} } }, { schemaVersion: 1 }));
    await log.set(alice, null, 'a', { n: 2 });
    const expected = [
      ['1', '/data/roomId'],
      ['2', '/data/userId'],
      ['3', '/type'],
      ['4', expect.stringMatching(/^\/metadata/)],
    ];
    const check = (of: typeof projection): void => {
      expect(of.get(alice, null, 'a')).toMatchObject({ content: { n: 2 }, revision: '5' });
      expect(of.heads(alice).accountData).toBe('5');
      expect(of.health()).toMatchObject({ ready: true, quarantined: 4 });
      expect(of.quarantined().map(({ revision, path }) => [revision, path])).toEqual(expected);
      expect(of.quarantined()[0]).toMatchObject({ stream, eventType: 'AccountDataUpdated' });
      expect(JSON.stringify(of.quarantined())).not.toContain('secret');
    };
    check(projection);
    await projection.flush();
    check(projection);
    await projection.close();
    const again = await openProjection(store, storage);
    await again.waitUntilReady(5_000);
    check(again);
  });

  it('stops, unready and loud, at an event of a newer schema', async () => {
    const logged: Array<string> = [];
    const { log, projection } = await setUp({ logger: { log: (level, message) => logged.push(`${level}: ${message}`) } });
    await log.set(alice, null, 'a', { n: 1 });
    await log.append(
      log.names.accountData(alice),
      proposed({ type: 'AccountDataUpdated', data: { userId: alice, roomId: null, type: 'a', content: { n: 2 } } }, { ...metadataOf(), schemaVersion: 99 }),
    );
    await log.set(bob, null, 'a', { n: 3 });
    const { failed, ready } = projection.health();
    expect(ready).toBe(false);
    expect(failed).toMatchObject({ code: 'newer_schema_version', stream: log.names.accountData(alice), revision: '1', eventType: 'AccountDataUpdated' });
    expect(failed?.position).toMatch(/^[0-9]+$/);
    expect(failed?.message).toContain('Upgrade');
    expect(logged).toEqual([`error: ${failed?.message ?? ''}`]);
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 1 });
    expect(projection.get(bob, null, 'a')).toBeUndefined();
    expect(await projection.waitUntilReady(5_000)).toBe(false);
    expect(await projection.waitForRevision(log.names.accountData(bob), Revision(0), 1)).toBe(false);
    await projection.close();
  });

  it('leaves events of foreign types and streams alone, but moves on with their streams', async () => {
    const { log, projection } = await setUp();
    await log.append(log.names.accountData(alice), proposed({ type: 'Elsewhere', data: { x: 1 } }, { any: 'thing' }));
    await log.append(`${log.names.accountDataPrefix}not-a-user`, proposed({ type: 'Elsewhere', data: {} }));
    await log.append(`${log.names.erasures}_of_others`, proposed({ type: 'Elsewhere', data: {} }));
    await log.set(alice, null, 'a', { n: 1 });
    expect(projection.get(alice, null, 'a')).toMatchObject({ revision: '1' });
    expect(projection.health()).toMatchObject({ ready: true, foreignEvents: 2, quarantined: 0 });
  });

  it('stops when the log says that it is another', async () => {
    const { log, projection } = await setUp();
    await log.create('00000000-0000-4000-8000-00000000ffff');
    expect(projection.health().failed?.code).toBe('log_changed');
  });
});

describe('gaps and duplicates', () => {
  it('passes over what it has', async () => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    const projection = await openProjection(deliveringTwice(log.store));
    for (let n = 0; n < 20; n += 1) await log.set(alice, null, `t${n % 3}`, { n });
    await log.setTag(alice, room, 'x');
    await projection.flush();
    expect(projection.heads(alice)).toEqual({ accountData: '19', tags: '0' });
    expect(await right(projection.history(alice))).toMatchObject({ entries: { length: 20 } });
    expect(await right(projection.logHistory())).toMatchObject({ entries: { length: 20 } });
  });

  it.each([false, true])('reads an event again that the subscription left out (written before: %s)', async (written) => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    const stream = log.names.accountData(alice);
    const store = leavingOut(log.store, (event) => event.stream === stream && event.revision === Revision(2), 1);
    const projection = await openProjection(store);
    await projection.waitUntilReady(5_000);
    await log.set(alice, null, 'a', { n: 0 });
    await log.set(alice, null, 'b', { n: 1 });
    if (written) await projection.flush();
    await log.set(alice, null, 'a', { n: 2 });
    await log.set(bob, null, 'a', { n: 7 });
    if (written) await projection.flush();
    await log.set(alice, null, 'b', { n: 3 });
    await log.set(bob, null, 'a', { n: 8 });
    expect(await projection.waitForRevision(stream, Revision(3), 5_000)).toBe(true);
    expect(await projection.waitForRevision(log.names.accountData(bob), Revision(1), 5_000)).toBe(true);
    expect(contentsOf(projection, alice)).toEqual([{ n: 2 }, { n: 3 }]);
    expect(contentsOf(projection, bob)).toEqual([{ n: 8 }]);
    expect(store.subscriptions()).toBe(2);
    expect(projection.health().failed).toBeUndefined();
    await projection.flush();
    const { entries } = await right(projection.logHistory({ direction: 'forwards' }));
    expect(entries.map(({ content }) => content['n'])).toEqual([0, 1, 2, 7, 3, 8]);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
  });

  it('gives up, loud, on an event that the subscription never delivers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
      await log.create();
      const stream = log.names.accountData(alice);
      const store = leavingOut(log.store, (event) => event.stream === stream && event.revision === Revision(0), Infinity);
      const projection = await openProjection(store);
      await log.set(alice, null, 'a', { n: 0 });
      await log.set(alice, null, 'a', { n: 1 });
      for (let turn = 0; turn < 100 && projection.health().failed === undefined; turn += 1) await vi.advanceTimersByTimeAsync(1_000);
      expect(projection.health()).toMatchObject({ ready: false, failed: { code: 'gap_in_stream', stream, revision: '1' } });
      expect(projection.heads(alice).accountData).toBe('no-stream');
      expect(store.subscriptions()).toBeLessThan(10);
    } finally {
      vi.useRealTimers();
    }
  });

  it('accepts a gap that the store confirms: truncated events', async () => {
    const { log, projection, store } = await setUp();
    const stream = StreamName(log.names.accountData(alice));
    await right(store.setStreamMetadata(stream, { maxCount: 2 }));
    for (let n = 0; n < 6; n += 1) await log.set(alice, null, `t${n}`, { n });
    const gapped = leavingOut(store, (event) => event.stream === stream && Number(event.revision) < 4, 4);
    const fresh = await openProjection(gapped, memoryProjectionStorage());
    expect(await fresh.waitUntilReady(5_000)).toBe(true);
    expect(fresh.heads(alice).accountData).toBe('5');
    expect(contentsOf(fresh, alice)).toEqual([{ n: 4 }, { n: 5 }]);
    expect(fresh.health()).toMatchObject({ acceptedGaps: 1, ready: true });
    expect(gapped.subscriptions()).toBe(1);
    expect(fresh.locate(stream, Revision(4))).toBeDefined();
    expect(fresh.locate(stream, Revision(3))).toBeUndefined();
    expect((await right(fresh.history(alice))).entries.map(({ revision }) => revision)).toEqual(['5', '4']);
    await projection.close();
  });
});

describe('erasure', () => {
  it.each([false, true])('hides a user at once and removes everything from storage (written before: %s)', async (written) => {
    const { log, projection, storage, store } = await setUp();
    const requestKey = { key: 'alices-request', fingerprint: 'f', count: 1, index: 0 };
    for (let n = 0; n < 400; n += 1) await log.set(alice, null, `org.alice.type${n % 3}`, { secret: n }, { requestKey });
    await log.set(bob, null, 'org.bob', { n: 1 });
    await log.setTag(alice, room, 'u.alice');
    await log.append(log.names.accountData(alice), proposed({ type: 'AccountDataUpdated', data: {} }));
    if (written) await projection.flush();
    expect(projection.health().quarantined).toBe(1);
    await log.erase(alice);
    const check = (of: typeof projection): void => {
      expect(of.erased(alice)).toBe(true);
      expect(of.get(alice, null, 'org.alice.type1')).toBeUndefined();
      expect(of.getContentText(alice, null, 'org.alice.type1')).toBeUndefined();
      expect(of.entries(alice, { includeDeleted: true })).toEqual([]);
      expect(of.tags(alice, room)).toBeUndefined();
      expect(of.allTags(alice)).toEqual([]);
      expect(of.heads(alice)).toEqual({ accountData: 'no-stream', tags: 'no-stream' });
      expect(of.view(alice)).toMatchObject({ erased: true, head: 'no-stream', keyCount: 0 });
      expect(of.requestKey(alice, `user:${alice}`, 'alices-request')).toBeUndefined();
      expect(of.locate(log.names.accountData(alice), Revision(0))).toBeUndefined();
      expect(of.quarantined()).toEqual([]);
      expect(of.health().quarantined).toBe(0);
      expect(contentsOf(of, bob)).toEqual([{ n: 1 }]);
    };
    check(projection);
    expect((await right(projection.logHistory())).entries.map(({ userId }) => userId)).toEqual([bob]);
    await projection.flush();
    check(projection);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
    expect(await recordsOf(storage)).not.toMatch(/alice/);
    const again = await openProjection(store, storage);
    await again.waitUntilReady(5_000);
    check(again);
    // The log still shows what is tombstoned: a projection from nothing lets none of it in.
    const fresh = await openProjection(store, memoryProjectionStorage());
    await fresh.waitUntilReady(5_000);
    check(fresh);
    expect(fresh.position()).toBe(again.position());
  });

  it('is known before anything else is shown, also where an old storage was brought back', async () => {
    const { log, projection, storage, store } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await projection.close();
    await log.erase(alice);
    const again = await openProjection(silent(store), storage);
    // Nothing was folded yet.
    expect(again.health().ready).toBe(false);
    expect(again.get(alice, null, 'a')).toBeUndefined();
    expect(again.erased(alice)).toBe(true);
    await again.close();
    expect(await recordsOf(storage)).not.toMatch(/alice/);
  });

  it('does not let in what another instance appended just then', async () => {
    const { log, projection } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.append(log.names.erasures, proposed({ type: 'UserErased', data: { userId: alice } }));
    await log.set(alice, null, 'a', { n: 2 });
    await log.setTag(alice, room, 'x');
    expect(projection.get(alice, null, 'a')).toBeUndefined();
    expect(projection.tags(alice, room)).toBeUndefined();
    await log.append(log.names.erasures, proposed({ type: 'UserErased', data: { userId: alice } }));
    await projection.flush();
    expect(projection.health().ready).toBe(true);
  });

  it('does not start where an erasure can’t be read', async () => {
    const { log, store } = await setUp();
    await log.append(log.names.erasures, proposed({ type: 'UserErased', data: { userId: 7 } }));
    await expect(openProjection(store, memoryProjectionStorage())).rejects.toThrow('it could show what was erased');
  });
});

describe('the index of all changes', () => {
  it('keeps the changes of others where a block is filled in the write in which a user is erased', async () => {
    const { log, projection } = await setUp();
    for (let n = 0; n < 20; n += 1) await log.set(alice, null, `a${n}`, { n });
    for (let n = 0; n < 180; n += 1) await log.set(bob, null, `b${n}`, { n });
    await projection.flush();
    // The block that is begun has 256 rows at the most: these fill it and begin the next one.
    for (let n = 180; n < 280; n += 1) await log.set(bob, null, `b${n}`, { n });
    await log.erase(alice);
    await projection.flush();
    expect((await right(projection.logHistory({ direction: 'forwards', limit: 1_000 }))).entries.map(({ content }) => content['n'])).toEqual(
      Array.from({ length: 280 }, (_, n) => n),
    );
    for (const n of [0, 179, 180, 235, 236, 279]) {
      expect((await right(projection.logHistory({ type: `b${n}` }))).entries).toMatchObject([{ userId: bob, content: { n } }]);
    }
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });

  it('has an event that was left out in its place, also where its block was filled meanwhile', async () => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    const stream = log.names.accountData(alice);
    const store = leavingOut(log.store, (event) => event.stream === stream && event.revision === Revision(1), 1);
    const projection = await openProjection(store);
    await projection.waitUntilReady(5_000);
    await log.set(alice, null, 'a', { n: 0 });
    for (let n = 1; n < 200; n += 1) await log.set(bob, null, `b${n}`, { n });
    await projection.flush();
    await log.set(alice, null, 'a', { n: 200 });
    for (let n = 201; n < 600; n += 1) await log.set(bob, null, `b${n}`, { n });
    await log.set(alice, null, 'a', { n: 600 });
    expect(await projection.waitForRevision(stream, Revision(2), 5_000)).toBe(true);
    await projection.flush();
    expect((await right(projection.logHistory({ direction: 'forwards', limit: 1_000 }))).entries.map(({ content }) => content['n'])).toEqual(
      Array.from({ length: 601 }, (_, n) => n),
    );
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });

  it('is whole where a write failed after everything had been put', async () => {
    let full = false;
    const provider = memoryProjectionStorage();
    const failing: StorageProvider = {
      ...provider,
      open: async (name) => {
        const storage = await provider.open(name);
        const dropped = { put: () => undefined, putInPlace: () => undefined, remove: () => undefined };
        return {
          ...storage,
          write: async (fill) => {
            if (!full) return storage.write(fill);
            fill(dropped);
            throw new Error('No space left on device');
          },
        };
      },
    };
    const { log, projection } = await setUp({ storage: failing });
    for (let n = 0; n < 200; n += 1) await log.set(alice, null, `a${n}`, { n });
    await projection.flush();
    full = true;
    for (let n = 200; n < 600; n += 1) await log.set(alice, null, `a${n}`, { n });
    const flushed = projection.flush();
    await vi.waitFor(() => {
      expect(projection.health().storageFailure).toContain('No space left on device');
    }, 5_000);
    full = false;
    await flushed;
    expect(projection.health().writtenPosition).toBe(projection.position());
    expect((await right(projection.logHistory({ limit: 1_000 }))).entries).toHaveLength(600);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });
});

describe('a storage that takes no writes', () => {
  it('is tried again, and reads go on', async () => {
    let full = true;
    const provider = memoryProjectionStorage();
    const failing: StorageProvider = {
      ...provider,
      open: async (name) => {
        const storage = await provider.open(name);
        return { ...storage, write: (fill) => (full ? Promise.reject(new Error('No space left on device')) : storage.write(fill)) };
      },
    };
    const { log, projection } = await setUp({ storage: failing, flush: { maxEvents: 1 } });
    await log.set(alice, null, 'a', { n: 1 });
    await vi.waitFor(() => {
      expect(projection.health().storageFailure).toContain('No space left on device');
    }, 5_000);
    await log.set(alice, null, 'a', { n: 2 });
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 2 });
    full = false;
    await projection.flush();
    await projection.flush();
    expect(projection.health().storageFailure).toBeUndefined();
    expect(projection.health().writtenPosition).toBe(projection.position());
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
  });
});

describe('a read that fails', () => {
  it('is told as an error of the store', async () => {
    const { log, projection, store } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await store.close();
    expect(await projection.history(alice)()).toEqual(E.left({ _tag: 'StoreClosed', code: 'store_closed' }));
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 1 });
  });
});
