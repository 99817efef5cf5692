import { Revision, createInMemoryEventStore, type EventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage, type RebuildProgress, type VerifyProgress } from '../src/index.js';
import { alice, bob, Log, openProjection, proposed, right, room, setUp } from './harness.js';
import { leavingOut, silent } from './faultyStore.js';

const fill = async (log: Log, count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    await log.set(n % 3 === 0 ? alice : bob, n % 5 === 0 ? room : null, `t${n % 7}`, n % 13 === 0 ? {} : { n });
    if (n % 10 === 0) await log.setTag(alice, room, `u.${n % 4}`, { order: 0.25 });
  }
};

const stateOf = (projection: Awaited<ReturnType<typeof openProjection>>) => ({
  alice: projection.entries(alice, { includeDeleted: true }),
  bob: projection.entries(bob, { includeDeleted: true }),
  tags: projection.allTags(alice),
  heads: [projection.heads(alice), projection.heads(bob)],
  position: projection.position(),
});

describe('a rebuild', () => {
  it('ends with the same state, in a new generation, and tells its progress', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 300);
    const before = stateOf(projection);
    const progress: Array<RebuildProgress> = [];
    const result = await right(projection.rebuild({ onProgress: (step) => progress.push(step) }));
    expect(result).toMatchObject({ resumed: false, position: projection.position() });
    expect(projection.health().foldedEvents).toBe(331);
    expect(result.events).toBe(331);
    expect(stateOf(projection)).toEqual(before);
    expect(await storage.current()).toBe('2');
    expect(await storage.unfinished()).toBeUndefined();
    expect(progress.map(({ phase }) => phase).filter((phase, i, all) => all[i - 1] !== phase)).toEqual([
      'erasures',
      'events',
      'catching-up',
      'swapping',
      'done',
    ]);
    expect(progress.at(-1)).toMatchObject({ fraction: 1, events: 331 });
    expect(projection.health()).toMatchObject({ ready: true });
    expect(projection.health().rebuild).toBeUndefined();
    await log.set(alice, null, 'after', { n: 1 });
    expect(projection.get(alice, null, 'after')?.content).toEqual({ n: 1 });
    expect(projection.health().foldedEvents).toBe(332);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
    const again = await openProjection(log.store, storage);
    expect(again.get(alice, null, 'after')?.content).toEqual({ n: 1 });
  });

  it('serves reads meanwhile and loses no change, wait or notification', async () => {
    const { log, projection } = await setUp();
    await fill(log, 2_500);
    const heard = new Map<string, number>();
    projection.onChange(({ users }) => {
      for (const user of users) heard.set(user, (heard.get(user) ?? 0) + 1);
    });
    const state = { rebuilding: true };
    const rebuilt = right(projection.rebuild()).then(() => {
      state.rebuilding = false;
    });
    const waits: Array<Promise<boolean>> = [];
    let n = 0;
    for (; state.rebuilding || n < 200; n += 1) {
      const user = `@user${n % 5}:example.org`;
      const revision = Revision(Math.floor(n / 5));
      waits.push(projection.waitForRevision(log.names.accountData(user as typeof alice), revision, 10_000));
      await log.set(user, null, 'a', { n });
      expect(projection.get(user, null, 'a')?.content).toEqual({ n });
      if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (n > 100_000) throw new Error('The rebuild does not end.');
    }
    await rebuilt;
    expect((await Promise.all(waits)).every((reached) => reached)).toBe(true);
    expect([...heard.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(n);
    expect(await right(projection.verify())).toMatchObject({ equal: true, differenceCount: 0 });
    await projection.close();
  });

  it('stays as far as it came when it is aborted, and the next one goes on from there', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 3_000);
    const controller = new AbortController();
    const stopped = await projection.rebuild({
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'events') controller.abort();
      },
    })();
    expect(stopped).toEqual(E.left({ _tag: 'RebuildAborted', code: 'rebuild_aborted' }));
    expect(await storage.current()).toBe('1');
    expect(await storage.unfinished()).toBe('2');
    expect(projection.get(alice, null, 't1')).toBeDefined();
    await projection.close();
    const again = await openProjection(log.store, storage);
    await again.waitUntilReady(5_000);
    const result = await right(again.rebuild());
    expect(result).toMatchObject({ resumed: true });
    expect(await storage.current()).toBe('2');
    expect(await right(again.verify())).toMatchObject({ equal: true });
  });

  it('is one at a time, and ends when the projection is closed', async () => {
    const { log, projection } = await setUp();
    await fill(log, 1_500);
    const first = projection.rebuild()();
    expect(await projection.rebuild()()).toEqual(E.left({ _tag: 'RebuildRunning', code: 'rebuild_running' }));
    expect(await projection.verify()()).toEqual(E.left({ _tag: 'RebuildRunning', code: 'rebuild_running' }));
    await projection.close();
    expect(E.isLeft(await first)).toBe(true);
    expect(await projection.rebuild()()).toEqual(E.left({ _tag: 'ProjectionClosed', code: 'projection_closed' }));
  });

  it('never lets in who was erased, and forgets who is erased meanwhile', async () => {
    const { log, projection } = await setUp();
    await fill(log, 1_200);
    await log.erase(alice);
    const seen: Array<unknown> = [];
    const rebuilt = right(projection.rebuild({ onProgress: () => seen.push(projection.get(alice, null, 't1')) }));
    await log.erase(bob);
    await rebuilt;
    expect(seen.every((entry) => entry === undefined)).toBe(true);
    expect(projection.entries(bob)).toEqual([]);
    expect(projection.erased(alice) && projection.erased(bob)).toBe(true);
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });

  it('mends a live projection that has stopped', async () => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    let broken = true;
    const dead = silent(log.store);
    const store: EventStore = { ...log.store, subscribe: (options) => (broken ? dead : log.store).subscribe(options) };
    const projection = await openProjection(store);
    await log.set(alice, null, 'a', { n: 1 });
    const waiting = projection.waitForRevision(log.names.accountData(alice), Revision(0), 10_000);
    const heard: Array<ReadonlyArray<string>> = [];
    projection.onChange(({ users }) => heard.push([...users]));
    expect(projection.get(alice, null, 'a')).toBeUndefined();
    broken = false;
    await right(projection.rebuild());
    expect(await waiting).toBe(true);
    expect(heard).toEqual([[alice]]);
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 1 });
  });

  it('fails, and leaves the live one, where the log can’t be folded', async () => {
    const { log, projection, storage } = await setUp();
    await log.set(alice, null, 'a', { n: 1 });
    await log.append(log.names.accountData(bob), proposed({ type: 'AccountDataUpdated', data: {} }, { schemaVersion: 9 }));
    const result = await projection.rebuild()();
    expect(result).toMatchObject(E.left({ code: 'rebuild_failed', message: expect.stringContaining('Upgrade') as string }));
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 1 });
    expect(await storage.current()).toBe('1');
  });
});

describe('a compaction', () => {
  it('copies everything into a new generation, which goes on from there', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 700);
    await log.erase(bob);
    const before = stateOf(projection);
    const compacted = right(projection.compact());
    for (let n = 0; n < 50; n += 1) await log.set('@carol:example.org', null, 'a', { n });
    expect(await compacted).toMatchObject({ resumed: false });
    expect({ ...stateOf(projection), position: before.position }).toEqual(before);
    expect(projection.get('@carol:example.org', null, 'a')?.content).toEqual({ n: 49 });
    expect(projection.erased(bob)).toBe(true);
    expect(await storage.current()).toBe('2');
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    expect((await right(projection.history(alice))).entries).toHaveLength(100);
    await projection.close();
    const again = await openProjection(log.store, storage);
    await again.waitUntilReady(5_000);
    expect(again.get('@carol:example.org', null, 'a')?.content).toEqual({ n: 49 });
  });

  it('leaves the live one and nothing else when it is aborted, and replaces what a rebuild left unfinished', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 200);
    const controller = new AbortController();
    controller.abort();
    expect(await projection.compact({ signal: controller.signal })()).toEqual(E.left({ _tag: 'RebuildAborted', code: 'rebuild_aborted' }));
    expect([await storage.current(), await storage.unfinished()]).toEqual(['1', undefined]);
    await storage.create();
    await right(projection.compact());
    expect(await storage.unfinished()).toBeUndefined();
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });

  it('that was killed half way is no base for a rebuild', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 100);
    const half = await storage.open(await storage.create());
    await half.write((writer) => {
      const bytes = Buffer.from(JSON.stringify({ format: 0, logId: 'x', position: 9, events: 1, erasures: -1, logTime: 0, quarantined: 0 }));
      writer.put('meta', 'state', bytes, 0, bytes.length);
      writer.put('entries', `${alice}\0\0ghost`, bytes, 0, bytes.length);
    });
    await half.close();
    expect(await right(projection.rebuild())).toMatchObject({ resumed: false });
    expect(projection.get(alice, null, 'ghost')).toBeUndefined();
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });
});

describe('a rebuild that goes on', () => {
  it('begins anew where it had folded a user who is erased now', async () => {
    const { log, projection, storage } = await setUp();
    await fill(log, 3_000);
    const controller = new AbortController();
    const stopped = await projection.rebuild({
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'events') controller.abort();
      },
    })();
    expect(E.isLeft(stopped)).toBe(true);
    await log.erase(bob);
    expect(await right(projection.rebuild())).toMatchObject({ resumed: false });
    expect(projection.entries(bob)).toEqual([]);
    expect(await storage.unfinished()).toBeUndefined();
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });
});

describe('verification', () => {
  it('names every difference, at most as many as asked for', async () => {
    const { log, projection, storage, store } = await setUp();
    await fill(log, 120);
    await projection.close();
    const opened = await storage.open((await storage.current()) ?? '');
    const entry = (key: string): Buffer => Buffer.from(opened.get('entries', key) ?? '');
    const kept = entry(`${bob}\0\0t1`);
    await opened.write((writer) => {
      writer.remove('entries', `${alice}\0\0t3`);
      writer.put('entries', `${alice}\0\0zz`, kept, 0, kept.length);
      const changed = Buffer.concat([kept.subarray(0, 41), Buffer.from('{"n":-1}')]);
      writer.put('entries', `${bob}\0\0t1`, changed, 0, changed.length);
      writer.remove('tags', `${alice}\0${room}`);
      writer.remove('tagStreams', alice);
    });
    await opened.close();
    const again = await openProjection(store, storage);
    await again.waitUntilReady(5_000);
    const result = await right(again.verify());
    expect(result).toMatchObject({ equal: false, differenceCount: 5 });
    expect([...result.differences].sort((a, b) => a.table.localeCompare(b.table))).toEqual([
      { table: 'entries', key: `${alice}\0\0t3`, kind: 'missing' },
      { table: 'entries', key: `${alice}\0\0zz`, kind: 'unexpected' },
      { table: 'entries', key: `${bob}\0\0t1`, kind: 'different' },
      { table: 'tags', key: `${alice}\0${room}`, kind: 'missing' },
      { table: 'tagStreams', key: alice, kind: 'missing' },
    ]);
    expect((await right(again.verify({ limit: 2 }))).differences).toHaveLength(2);
    await right(again.rebuild());
    expect(await right(again.verify())).toMatchObject({ equal: true, differences: [] });
  });

  it('tells how far it is, and in the health meanwhile', async () => {
    const { log, projection } = await setUp();
    await fill(log, 300);
    const told: Array<VerifyProgress> = [];
    const onProgress = (progress: VerifyProgress): void => {
      expect(projection.health().verification).toEqual(progress);
      told.push(progress);
    };
    const { events } = await right(projection.verify({ onProgress }));
    expect(told[0]).toMatchObject({ phase: 'events', events: 0, target: projection.position() });
    expect(told.at(-1)).toMatchObject({ phase: 'comparing', events, fraction: 1 });
    expect(projection.health().verification).toBeUndefined();
  });

  it('sees what requests were forgotten or changed, and blocks of the log that are not found by their types', async () => {
    const { log, projection, storage, store } = await setUp({ requestKeyWindow: 10 });
    for (let n = 0; n < 30; n += 1) {
      const requestKey = { key: `k${String(n)}`, fingerprint: 'f', count: 1, index: 0 };
      await log.set(alice, null, `t${String(n % 3)}`, { n }, { requestKey });
      await projection.waitForRevision(log.names.accountData(alice), Revision(n), 5_000);
      if (n % 4 === 0) await projection.flush();
    }
    expect(await right(projection.verify())).toMatchObject({ equal: true });
    await projection.close();
    const opened = await storage.open((await storage.current()) ?? '');
    const keysOf = (table: 'requests' | 'requestOrder' | 'types'): ReadonlyArray<string> => {
      const keys: Array<string> = [];
      opened.scan(table, { from: '', to: '\u{10FFFF}' }, (key) => {
        keys.push(key);
      });
      return keys;
    };
    const [types, requests, order] = [keysOf('types'), keysOf('requests'), keysOf('requestOrder')];
    await opened.write((writer) => {
      for (const key of types) writer.remove('types', key);
      for (const key of requests) writer.remove('requests', key);
      for (const key of order) writer.remove('requestOrder', key);
      const stray = Buffer.alloc(0);
      writer.put('types', `nowhere\0${'0'.repeat(13)}1`, stray, 0, 0);
    });
    await opened.close();
    const again = await openProjection(store, storage, { requestKeyWindow: 10 });
    await again.waitUntilReady(5_000);
    const { equal, differences } = await right(again.verify());
    expect(equal).toBe(false);
    const of = (table: string) => differences.filter((difference) => difference.table === table);
    expect(of('requests')).toHaveLength(10);
    expect(of('requestOrder')).toHaveLength(10);
    expect(of('types').map(({ kind }) => kind)).toEqual([...types.map(() => 'missing'), 'unexpected']);
    await right(again.rebuild());
    expect(await right(again.verify())).toMatchObject({ equal: true, differences: [] });
  });

  it('finds an event that the live projection never got', async () => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    await log.set(alice, null, 'a', { n: 1 });
    // The last event of a stream: no gap tells of it.
    const projection = await openProjection(leavingOut(log.store, ({ stream }) => stream.endsWith(alice), 1), memoryProjectionStorage());
    await projection.waitUntilReady(5_000);
    const result = await right(projection.verify());
    expect(result.differences).toContainEqual({ table: 'entries', key: `${alice}\0\0a`, kind: 'missing' });
    expect(result.differences.map(({ table }) => table)).toEqual(['entries', 'dataStreams', 'log']);
  });

  it('goes on beside writes', async () => {
    const { log, projection } = await setUp({ flush: { maxEvents: 10 } });
    await fill(log, 500);
    const verified = right(projection.verify());
    await fill(log, 200);
    expect(await verified).toMatchObject({ equal: true });
    expect(await right(projection.verify())).toMatchObject({ equal: true });
  });
});
