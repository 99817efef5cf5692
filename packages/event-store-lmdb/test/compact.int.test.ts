import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plus, type Position, type PositionedEvent } from '@account-data/event-store';
import { eventually } from '@account-data/event-store/contract';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openWatermarkReader } from '../src/files/Watermark.js';
import { openLmdbEventStore } from '../src/index.js';
import { buildPackage, program } from './support/builtPackage.js';
import { allIds, left, named, newEvent, openStore, right } from './support/openStore.js';
import { cannotMount, runOnDisk } from './support/smallDisk.js';
import { storeProcess } from './support/StoreProcess.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

const secret = 'Vom-Eise-befreit-sind-Strom-und-Baeche';

const holdsSecret = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(secret));

/** Fills a folder: some streams kept, one to be tombstoned, one that keeps its last two events. */
const fill = async (path: string): Promise<ReadonlyArray<string>> => {
  const store = await openStore(path);
  const kept: Array<string> = [];
  for (let round = 0; round < 30; round += 1) {
    const events = [newEvent({ round }), newEvent({ round, filling: 'x'.repeat(round * 100) })];
    await right(store.append(named(round % 3 === 0 ? 'kept' : `kept-${round % 4}`), events, 'any'));
    kept.push(...events.map(({ id }) => id));
    await right(store.append(named('gone'), [newEvent({ secret, round })], 'any'));
    await right(store.append(named('short'), [newEvent({ round })], 'any'));
  }
  await right(store.setStreamMetadata(named('short'), { maxCount: 2 }));
  await right(store.tombstone(named('gone')));
  await right(store.tombstone(named('never')));
  await store.close();
  return kept;
};

const inLog = async (store: Awaited<ReturnType<typeof openStore>>): Promise<ReadonlyArray<PositionedEvent>> =>
  (await right(store.readAll({ after: 'start', limit: 10_000 }))).events;

describe('compacting a store', () => {
  it('removes the bytes of tombstoned streams from its folder, which the tombstone alone does not', async () => {
    const path = temporaryFolder();
    const kept = await fill(path);
    const store = await openStore(path);
    expect(holdsSecret(path)).not.toEqual([]);
    const before = (await inLog(store)).filter(({ id }) => kept.includes(id));
    const report = await right(store.compact());
    expect(holdsSecret(path)).toEqual([]);
    expect(report).toMatchObject({ generation: 2, entriesRemoved: 30 + 28 });
    expect(report.bytesAfter).toBeLessThan(report.bytesBefore);
    expect((await inLog(store)).filter(({ id }) => kept.includes(id))).toEqual(before);
    await store.close();
    expect(holdsSecret(path)).toEqual([]);
    expect(readdirSync(path).filter((name) => name.endsWith('.mdb'))).toEqual(['events-2.mdb']);
  });

  it('keeps revisions, positions, metadata and tombstones, and goes on where the log was', async () => {
    const path = temporaryFolder();
    await fill(path);
    let store = await openStore(path);
    const head = await right(store.head());
    await right(store.compact());
    for (let round = 0; round < 2; round += 1) {
      expect(await right(store.head())).toBe(head);
      expect(await right(store.read(named('gone'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
      expect(await right(store.read(named('never'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
      expect(await store.append(named('gone'), [newEvent()], 'any')()).toMatchObject(E.left({ _tag: 'StreamTombstoned' }));
      expect(await right(store.streamMetadata(named('short')))).toEqual({ maxCount: 2 });
      expect(await right(store.read(named('short'), { limit: 9 }))).toMatchObject({ events: [{ revision: '28' }, { revision: '29' }] });
      await store.close();
      store = await openStore(path);
    }
    const appended = await right(store.append(named('short'), [newEvent()], 'any'));
    expect(appended.revision).toBe('30');
    expect(appended.position).toBe(plus(head as Position, 1));
  });

  it('never uses a position again, also where the end of the log was removed', async () => {
    const path = temporaryFolder();
    let store = await openStore(path);
    await right(store.append(named('kept'), [newEvent()], 'any'));
    await right(store.append(named('gone'), Array.from({ length: 9 }, () => newEvent()), 'any'));
    await right(store.tombstone(named('gone')));
    await right(store.compact());
    await store.close();
    store = await openStore(path);
    expect(await right(store.head())).toBe('11');
    expect((await right(store.append(named('kept'), [newEvent()], 'any'))).position).toBe('12');
    expect((await inLog(store)).map(({ position }) => position)).toEqual(['1', '12']);
  });

  it('lets appends, reads and subscriptions go on meanwhile, without gap or duplicate', async () => {
    const path = temporaryFolder();
    const store = await openStore(path);
    const filling = 'x'.repeat(2_000);
    for (let round = 0; round < 40; round += 1) {
      await right(store.append(named(`s${round % 5}`), Array.from({ length: 50 }, () => newEvent({ filling })), 'any'));
    }
    await right(store.tombstone(named('s4')));
    const seen: Array<string> = [];
    store.subscribe({ after: await right(store.head()), onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    const written: Array<string> = [];
    const state = { isDone: false };
    const write = async (writer: number): Promise<void> => {
      while (!state.isDone || written.length < 100) {
        const event = newEvent();
        await right(store.append(named(`w${writer}`), [event], 'any'));
        written.push(event.id);
      }
    };
    const writers = Promise.all([1, 2, 3, 4].map(write));
    for (let round = 0; round < 3; round += 1) await right(store.compact());
    state.isDone = true;
    await writers;
    await eventually('the subscription to see all', () => seen.length >= written.length);
    expect([...seen].sort()).toEqual([...written].sort());
    const stored = await allIds(store);
    expect(stored).toHaveLength(40 * 50 - 8 * 50 + written.length);
    expect(stored.slice(-seen.length)).toEqual(seen);
  });

  it('is followed by processes beside the owner, which may ask for it too', async () => {
    const path = temporaryFolder();
    const kept = await fill(path);
    await storeProcess(path);
    const reader = await openStore(path, 'auto');
    const seen: Array<string> = [];
    reader.subscribe({ after: 'start', prefixes: ['kept'], onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    await eventually('the subscription to see all', () => seen.length === kept.length);
    expect(await right(reader.compact())).toMatchObject({ generation: 2 });
    expect(holdsSecret(path)).toEqual([]);
    const event = newEvent();
    await right(reader.append(named('kept'), [event], 'any'));
    await eventually('the subscription to see the next one', () => seen.length === kept.length + 1);
    expect(seen.at(-1)).toBe(event.id);
    expect((await allIds(reader)).filter((id) => kept.includes(id))).toEqual(kept);
  });

  it('leaves a log that is replayed right after a kill, gaps and all', async () => {
    const path = temporaryFolder();
    const kept = await fill(path);
    const owner = await storeProcess(path);
    await owner.call('tombstone', 'kept-0');
    // More streams than are touched since, so that replaying has to look each of them up in the index on disk.
    for (let round = 0; round < 40; round += 1) await owner.call('append', `kept-${round % 4}-more`, [newEvent(), newEvent()], 'any');
    expect(await owner.call('compact')).toMatchObject({ right: { generation: 2 } });
    for (let round = 0; round < 40; round += 1) await owner.call('append', `kept-${(round % 3) + 1}`, [newEvent(), newEvent()], 'any');
    await owner.kill();
    const store = await openStore(path);
    const whole = await inLog(store);
    for (const stream of new Set(whole.map((event) => event.stream))) {
      const slice = await right(store.read(stream, { limit: 1_000 }));
      const expected = whole.filter((event) => event.stream === stream).map(({ position: _position, ...event }) => event);
      expect(slice).toEqual({ _tag: 'Events', events: expected, isEnd: true });
    }
    expect(whole.filter(({ id }) => kept.includes(id)).length).toBeLessThan(kept.length);
  });

  it('may be done again and again, also at once', async () => {
    const path = temporaryFolder();
    await fill(path);
    const store = await openStore(path);
    const before = await allIds(store);
    const reports = await Promise.all([right(store.compact()), right(store.compact()), right(store.compact())]);
    expect(reports.map(({ generation }) => generation)).toEqual([2, 3, 4]);
    // What `maxCount` hides goes with the first one; then nothing more.
    expect(reports.map(({ entriesRemoved }) => entriesRemoved)).toEqual([58, 0, 0]);
    expect(await allIds(store)).toHaveLength(before.length - 28);
    expect(readdirSync(path).filter((name) => name.endsWith('.mdb'))).toEqual(['events-4.mdb']);
  });

  it('leaves the watermark on the new log, although the index of the old one falls due meanwhile', async () => {
    for (let turn = 1; turn <= 8; turn += 1) {
      const path = temporaryFolder();
      let idle: Array<() => void> = [];
      let turns = -1;
      /** At one turn of the compaction, the store has been idle for long: what it does when idle is done at once. */
      const beIdle = (): void => {
        for (let round = 0; round < 3; round += 1) {
          const due = idle;
          idle = [];
          for (const callback of due) callback();
        }
      };
      const { timers } = systemRuntime;
      const runtime: Runtime = {
        ...systemRuntime,
        timers: {
          ...timers,
          setBackgroundTimeout: (callback) => {
            idle.push(callback);
            return () => {
              idle = idle.filter((other) => other !== callback);
            };
          },
          defer: (callback) => {
            timers.defer(callback);
            if (turns >= 0) turns += 1;
            if (turns === turn) beIdle();
          },
        },
      };
      const store = await right(openLmdbEventStore({ path, runtime }));
      onTestFinished(() => store.close());
      for (let round = 0; round < 10; round += 1) await right(store.append(named(`s${round}`), [newEvent()], 'any'));
      turns = 0;
      await right(store.compact());
      const watermark = openWatermarkReader(join(path, 'durable'));
      onTestFinished(watermark.close);
      expect(watermark.read()).toMatchObject({ generation: 2, position: 10 });
    }
  });

  it('still knows the last appends with any by their ids, also those that the index has', async () => {
    const { timers } = systemRuntime;
    const runtime: Runtime = {
      ...systemRuntime,
      timers: { ...timers, setBackgroundTimeout: (callback) => timers.setBackgroundTimeout(callback, 1) },
    };
    const store = await right(openLmdbEventStore({ path: temporaryFolder(), runtime }));
    onTestFinished(() => store.close());
    const event = newEvent();
    const first = await right(store.append(named('s'), [event], 'any'));
    await new Promise<void>((resolve) => {
      timers.setTimeout(resolve, 200);
    });
    await right(store.compact());
    expect(await right(store.append(named('s'), [event], 'any'))).toMatchObject({ revision: first.revision });
    expect(await allIds(store)).toEqual([event.id]);
  });

  it('that fails before the log is moved leaves the store as it was, and says so', async () => {
    const path = temporaryFolder();
    await fill(path);
    const store = await openStore(path);
    mkdirSync(join(path, 'events-2.mdb'));
    const error = await left(store.compact());
    expect(error).toMatchObject({ code: 'compaction_failed' });
    expect('message' in error && error.message).toContain('It goes on as it was.');
    await right(store.append(named('kept'), [newEvent()], 'any'));
  });

  it('that fails while the log is being moved fails the store, and says so', async () => {
    const path = temporaryFolder();
    const kept = await fill(path);
    const store = await openStore(path);
    // The pointer is replaced by way of this file.
    mkdirSync(join(path, 'current.new'));
    const error = await left(store.compact());
    expect(error).toMatchObject({ code: 'compaction_failed' });
    expect('message' in error && error.message).toContain('nothing more is accepted');
    expect('message' in error && error.message).not.toContain('as it was');
    expect(await store.append(named('kept'), [newEvent()], 'any')()).toMatchObject(E.left({ code: 'store_failed' }));
    expect((await allIds(store)).filter((id) => kept.includes(id))).toEqual(kept);
  });

  it('that can not remove the old file says so, goes on in the new one and can be called again', async () => {
    const path = temporaryFolder();
    const kept = await fill(path);
    const store = await openStore(path);
    // The name of a generation that is no file can not be removed as one.
    mkdirSync(join(path, 'events-7.mdb'));
    const error = await left(store.compact());
    expect('message' in error && error.message).toContain('was compacted');
    const event = newEvent();
    await right(store.append(named('kept'), [event], 'any'));
    rmdirSync(join(path, 'events-7.mdb'));
    expect(await right(store.compact())).toMatchObject({ generation: 3 });
    expect((await allIds(store)).filter((id) => [...kept, event.id].includes(id))).toEqual([...kept, event.id]);
    expect(readdirSync(path).filter((name) => name.endsWith('.mdb'))).toEqual(['events-3.mdb']);
  });

  it('that finds no room leaves the store as it was', ({ skip }) => {
    skip(cannotMount !== undefined, cannotMount);
    const path = temporaryFolder();
    const node = `"${process.execPath}"`;
    const output = runOnDisk(path, '6m', `${node} "${program('fillHalf')}" "${path}/store" && ${node} "${program('compact')}" "${path}/store"`);
    expect(output).toMatch(/^filled\nopened\ncompacted Left\nappended Right /);
  });
});

const hasStrace = spawnSync('strace', ['-V']).status === 0;
/** What changes files. (Not `write`, with which threads also wake each other: its count is another each time.) */
const watched = 'rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync,pwrite64,pwritev,ftruncate';

describe('a process that dies while it compacts', () => {
  it('at whatever step, leaves one whole log with all that was acknowledged', { timeout: 180_000 }, async ({ skip }) => {
    skip(!hasStrace, 'strace is not installed (Debian: apt-get install strace)');
    const folder = temporaryFolder();
    const original = join(folder, 'original');
    const kept = await fill(original);
    const counted = join(folder, 'counted');
    cpSync(original, counted, { recursive: true, filter: (name) => !name.endsWith('.sock') });
    const trace = join(folder, 'trace');
    const run = (path: string, ...args: ReadonlyArray<string>) =>
      spawnSync('strace', ['-f', '-o', trace, '-e', `trace=${watched},write`, ...args, process.execPath, program('compact'), path], { encoding: 'utf8' });
    expect(run(counted).stdout).toContain('appended Right');
    // strace counts each kind of call in each thread by itself.
    const calls = readFileSync(trace, 'utf8').split('\n').filter((line) => /^\d+\s+\w+\(/.test(line));
    const threadOf = (line: string | undefined): string => /^\d+/.exec(line ?? '')?.[0] ?? '';
    const nameOf = (line: string): string => /^\d+\s+(\w+)/.exec(line)?.[1] ?? '';
    const main = threadOf(calls.find((line) => line.includes('"opened')));
    const counts = new Map<string, number>();
    const steps: Array<{ readonly name: string; readonly nth: number }> = [];
    let isOpened = false;
    for (const line of calls.filter((call) => threadOf(call) === main)) {
      isOpened ||= line.includes('"opened');
      const name = nameOf(line);
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      if (isOpened && watched.split(',').includes(name)) steps.push({ name, nth });
    }
    const stride = Math.max(1, Math.floor(steps.length / 14));
    expect(steps.length).toBeGreaterThan(10);

    const generations = new Set<number>();
    let killed = 0;
    for (const { name, nth } of steps.filter((_, index) => index % stride === 0)) {
      const path = join(folder, `${name}-${nth}`);
      cpSync(original, path, { recursive: true, filter: (name) => !name.endsWith('.sock') });
      const { stdout, status } = run(path, '-e', `inject=${name}:signal=SIGKILL:when=${nth}`);
      killed += status === 0 ? 0 : 1;
      const store = await openStore(path);
      const ids = await allIds(store);
      expect(ids.filter((id) => kept.includes(id))).toEqual(kept);
      const [, appended] = /appended Right (\S+)/.exec(stdout) ?? [];
      if (appended !== undefined) expect(ids).toContain(appended);
      expect(await right(store.read(named('gone'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
      const logs = readdirSync(path).filter((name) => name.endsWith('.mdb'));
      expect(logs).toHaveLength(1);
      generations.add(Number(/\d+/.exec(logs[0] ?? '')?.[0]));
      await right(store.append(named('kept'), [newEvent()], 'any'));
      await right(store.compact());
      expect(holdsSecret(path)).toEqual([]);
      await store.close();
    }
    expect(killed).toBeGreaterThan(10);
    expect([...generations].sort()).toEqual([1, 2]);
  });
});
