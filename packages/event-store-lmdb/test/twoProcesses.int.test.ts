import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@account-data/event-store/contract';
import { Position, Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { allIds, named, newEvent, openRefused, openStore, right } from './support/openStore.js';
import { buildPackage } from './support/builtPackage.js';
import { startStore, type StoreProcess, storeProcess } from './support/StoreProcess.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

describe('a folder has one owner', () => {
  it('and a second one is refused, with the pid of the first and what to do', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const error = await openRefused(path);
    expect(error).toMatchObject({ _tag: 'LmdbOpenError', code: 'store_locked', pid: owner.pid, path });
    expect(error.message).toContain(String(owner.pid));
    expect(error.message).toContain("'auto'");
    await owner.kill();
    const next = await openStore(path);
    expect(next.role()).toBe('owner');
  });

  it('also within one process', async () => {
    const path = temporaryFolder();
    await openStore(path);
    expect(await openRefused(path)).toMatchObject({ code: 'store_locked', pid: process.pid });
  });

  it('who lets go of it by closing', async () => {
    const path = temporaryFolder();
    const first = await openStore(path);
    await first.close();
    await openStore(path);
  });
});

/** A process in a namespace of process numbers of its own, as a container is; there, it is number 1. */
const ownNumbers = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];
const mayUnshare = spawnSync('unshare', [...ownNumbers.slice(1), 'true']).status === 0;

const started = (begun: Awaited<ReturnType<typeof startStore>>): StoreProcess => {
  if ('refused' in begun) throw new Error(begun.refused.message);
  return begun.store;
};

describe.skipIf(!mayUnshare)('a process in another container than the owner', () => {
  it.each(['read', 'auto'] as const)('that has the same number is told so in mode %s, whoever was first', async (mode) => {
    const path = temporaryFolder();
    const owner = started(await startStore(path, { wrapper: ownNumbers }));
    const event = newEvent();
    await owner.call('append', 's', [event], 'no-stream');
    const refused = await startStore(path, { mode, wrapper: ownNumbers });
    expect(refused).toMatchObject({ refused: { code: 'store_same_process_number', message: expect.stringContaining('--init') as string } });
    // Beside it, one with another number reads; the owner goes on.
    expect(await allIds(await openStore(path, 'read'))).toEqual([event.id]);
    expect(await owner.call('append', 's', [newEvent()], 'any')).toMatchObject({ _tag: 'Right' });
    await owner.kill();
  });

  it('that reads refuses an owner of the same number, which is let in when it is gone', async () => {
    const path = temporaryFolder();
    const first = await storeProcess(path);
    await first.call('append', 's', [newEvent()], 'no-stream');
    const reader = started(await startStore(path, { mode: 'read', wrapper: ownNumbers }));
    await first.end();
    expect(await startStore(path, { wrapper: ownNumbers })).toMatchObject({ refused: { code: 'store_same_process_number' } });
    await reader.kill();
    expect(started(await startStore(path, { wrapper: ownNumbers })).pid).toBeGreaterThan(0);
  });
});

describe('a process beside the owner', () => {
  it('reads what is durable and follows it, in mode read, while the owner writes and after it died', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const before = newEvent();
    await owner.call('append', 's', [before], 'no-stream');
    const reader = await openStore(path, 'read');
    expect(reader.role()).toBe('follower');
    expect(await allIds(reader)).toEqual([before.id]);
    const seen: Array<string> = [];
    reader.subscribe({ after: 'start', onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    const more = Array.from({ length: 200 }, () => newEvent());
    await Promise.all(more.map((event, index) => owner.call('append', `s${index % 9}`, [event], 'any')));
    expect(new Set(await allIds(reader))).toEqual(new Set([before.id, ...more.map(({ id }) => id)]));
    await eventually('the subscription to see all', () => seen.length === 201);
    expect(seen).toEqual(await allIds(reader));
    await owner.kill();
    expect(await allIds(reader)).toEqual(seen);
    const stream = await right(reader.read(named('s3'), { limit: 1_000 }));
    expect(stream._tag === 'Events' && stream.events.length).toBeGreaterThan(20);
  });

  it('sees conflicts, tombstones and metadata that the index on disk does not have yet', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    await owner.call('append', 'gone', [newEvent()], 'no-stream');
    await owner.call('append', 'short', [newEvent(), newEvent(), newEvent()], 'no-stream');
    const reader = await openStore(path, 'read');
    await owner.call('tombstone', 'gone');
    await owner.call('metadata', 'short', { maxCount: 1 });
    expect(await right(reader.read(named('gone'), { limit: 10 }))).toEqual({ _tag: 'Tombstoned' });
    expect(await right(reader.streamMetadata(named('short')))).toEqual({ maxCount: 1 });
    expect(await right(reader.read(named('short'), { limit: 10 }))).toMatchObject({ events: [{ revision: '2' }] });
    expect(await allIds(reader)).toHaveLength(3);
    // Closing brings the index on disk up to date.
    expect(await owner.end()).toBe(0);
    expect(await right(reader.read(named('short'), { limit: 10 }))).toMatchObject({ events: [{ revision: '2' }] });
    expect(await allIds(reader)).toHaveLength(3);
    expect(await right(reader.read(named('gone'), { limit: 10 }))).toEqual({ _tag: 'Tombstoned' });
  });

  it('may not write in mode read', async () => {
    const path = temporaryFolder();
    await storeProcess(path);
    const reader = await openStore(path, 'read');
    const denied = E.left({ _tag: 'AccessDenied', code: 'store_access_denied' });
    expect(await reader.append(named('s'), [newEvent()], 'any')()).toMatchObject(denied);
    expect(await reader.tombstone(named('s'))()).toMatchObject(denied);
    expect(await reader.setStreamMetadata(named('s'), {})()).toMatchObject(denied);
  });

  it('writes through the owner in mode auto, and both see it', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const store = await openStore(path, 'auto');
    expect(store.role()).toBe('follower');
    const stream = named('s');
    const [first, second] = [newEvent({ value: 'ü' }), newEvent()];
    expect(await right(store.append(stream, [first], 'no-stream'))).toEqual({ revision: '0', position: Position(1) });
    expect(await store.append(stream, [second], 'no-stream')()).toMatchObject(
      E.left({ _tag: 'RevisionConflict', stream, expected: 'no-stream', actual: '0' }),
    );
    expect(await allIds(store)).toEqual([first.id]);
    expect(await owner.call('read', 's', { limit: 5 })).toMatchObject({ right: { events: [{ id: first.id, data: { value: 'ü' } }] } });
  });

  it('keeps its socket to this user alone', async () => {
    const path = temporaryFolder();
    await storeProcess(path);
    const note = JSON.parse(readFileSync(join(path, 'owner.lock'), 'utf8')) as { socket: string };
    expect(statSync(note.socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(note.socket, '..')).mode & 0o777).toBe(0o700);
  });

  it('is reached also where the path of the folder is too long for a socket', async () => {
    const path = join(temporaryFolder(), 'long'.repeat(20), 'longer'.repeat(20));
    await mkdir(path, { recursive: true });
    const owner = await storeProcess(path);
    const store = await openStore(path, 'auto');
    await right(store.append(named('s'), [newEvent()], 'no-stream'));
    const { socket } = JSON.parse(readFileSync(join(path, 'owner.lock'), 'utf8')) as { socket: string };
    expect(socket.startsWith(path)).toBe(false);
    expect(await owner.end()).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it('becomes the owner with the next write when the owner has died, and goes on following', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const store = await openStore(path, 'auto');
    const seen: Array<string> = [];
    store.subscribe({ after: 'start', onBatch: ({ events }) => void seen.push(...events.map(({ id }) => id)) });
    const events = Array.from({ length: 60 }, () => newEvent());
    const write = (event: (typeof events)[number], index: number): Promise<unknown> =>
      right(store.append(named(`s${index}`), [event], 'no-stream'));
    await Promise.all(events.slice(0, 20).map(write));
    const inFlight = Promise.all(events.slice(20, 40).map((event, index) => write(event, index + 20)));
    await owner.kill();
    await inFlight;
    await Promise.all(events.slice(40).map((event, index) => write(event, index + 40)));
    expect(store.role()).toBe('owner');
    const stored = await allIds(store);
    expect([...stored].sort()).toEqual(events.map(({ id }) => id).sort());
    await eventually('the subscription to see all', () => seen.length >= 60);
    expect(seen).toEqual(stored);
    const third = await openStore(path, 'auto');
    await right(third.append(named('third'), [newEvent()], 'no-stream'));
    expect(await allIds(store)).toHaveLength(61);
  });

  it('that is closed while it becomes the owner finishes its write, and lets go of the folder', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const store = await openStore(path, 'auto');
    const before = newEvent();
    await right(store.append(named('s'), [before], 'no-stream'));
    await owner.kill();
    const event = newEvent();
    const appending = store.append(named('s'), [event], Revision(0))();
    await store.close();
    expect(await appending).toMatchObject(E.right({ revision: '1' }));
    const next = await openStore(path);
    expect(await allIds(next)).toEqual([before.id, event.id]);
  });

  it('stores once what it sent to an owner that died, and again to the next one', async () => {
    const path = temporaryFolder();
    const owner = await storeProcess(path);
    const store = await openStore(path, 'auto');
    const events = Array.from({ length: 300 }, () => newEvent());
    const all = Promise.all(events.map((event, index) => right(store.append(named(`s${index % 50}`), [event], 'any'))));
    await eventually('some events to be durable', async () => (await allIds(store)).length > 0);
    await owner.kill();
    await all;
    expect((await allIds(store)).length).toBe(300);
  });
});

describe('mode auto', () => {
  it('owns the folder where nobody else does', async () => {
    const store = await openStore(temporaryFolder(), 'auto');
    expect(store.role()).toBe('owner');
    await right(store.append(named('s'), [newEvent()], 'no-stream'));
  });

  it('lets many processes begin at once: one owns the folder, all can write', async () => {
    const path = temporaryFolder();
    const stores = await Promise.all(Array.from({ length: 3 }, () => storeProcess(path, { mode: 'auto' })));
    const roles = await Promise.all(stores.map((store) => store.call('role')));
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1);
    const events = stores.map(() => newEvent());
    await Promise.all(stores.map((store, index) => store.call('append', 'shared', [events[index]], 'any')));
    for (const store of stores) {
      const slice = await store.call('read', 'shared', { limit: 10 });
      expect(slice).toMatchObject({ right: { _tag: 'Events', isEnd: true } });
      expect((slice as { right: { events: ReadonlyArray<unknown> } }).right.events).toHaveLength(3);
    }
  });
});

describe('mode read', () => {
  it('is refused where there is no store', async () => {
    expect(await openRefused(temporaryFolder(), 'read')).toMatchObject({ code: 'store_missing' });
  });

  it('needs no owner', async () => {
    const path = temporaryFolder();
    const owner = await openStore(path);
    const event = newEvent();
    await right(owner.append(named('s'), [event], 'no-stream'));
    await owner.close();
    expect(await allIds(await openStore(path, 'read'))).toEqual([event.id]);
  });
});
