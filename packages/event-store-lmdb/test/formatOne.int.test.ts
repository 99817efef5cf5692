import { systemRuntime } from '@account-data/runtime';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeEnvironment } from '../src/layout/Environment.js';
import { createLogCopy } from '../src/owner/copyLog.js';
import { openLogFile } from '../src/owner/ownedFile.js';
import { compactLog, openLmdbEventStore } from '../src/index.js';
import { allIds, left, named, newEvent, openStore, right, work } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** Everything in a log file that layout 2 would have written otherwise. */
const recordsOfFile = async (file: string): Promise<Record<'blocks' | 'streams' | 'tombstones', ReadonlyArray<number>> & { readonly meta: unknown }> => {
  const environment = openLogFile(file, false, true);
  const database = environment.root.openDB<unknown, string>('meta', { encoding: 'json' });
  const found = {
    blocks: [...environment.log.getRange()].map(({ value }) => value[0] ?? 0),
    streams: [...environment.streams.getRange()].map(({ value }) => value[0] ?? 0),
    tombstones: [...environment.tombstones.getRange()].map(({ value }) => value.length),
    meta: Object.fromEntries([...database.getRange()].map(({ key, value }) => [key, value])),
  };
  await closeEnvironment(environment);
  return found;
};

describe('a log of format 1', () => {
  it('is made by a compaction, with nothing of format 2 in it, and is one of format 2 when it is opened here again', async () => {
    const path = join(temporaryFolder(), 'store');
    const first = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
    for (let n = 0; n < 10; n += 1) await right(first.append(named('s'), Array.from({ length: 60 }, () => newEvent()), 'any'));
    const ids = await allIds(first);
    await right(first.append(named('gone'), [newEvent()], 'no-stream'));
    await right(first.tombstone(named('gone')));
    const { storeId } = first;
    expect(await left(compactLog(path, work, 1))).toMatchObject({ code: 'store_locked' });
    await first.close();
    expect(await right(compactLog(path, work, 1))).toMatchObject({ generation: 2, entriesRemoved: 1 });

    expect(JSON.parse(readFileSync(join(path, 'current'), 'utf8'))).toEqual({ format: 1, store: storeId, generation: 2 });
    const { blocks, streams, tombstones, meta } = await recordsOfFile(join(path, 'events-2.mdb'));
    expect(new Set([...blocks, ...streams])).toEqual(new Set([1]));
    expect(tombstones).toEqual([0]);
    expect(meta).toEqual({ format: { format: 1, store: storeId }, indexed: 602, next: 603 });

    const store = await openStore(path);
    expect(await allIds(store)).toEqual(ids);
    expect(await right(store.append(named('s'), [newEvent()], 'any'))).toMatchObject({ position: '603', revision: '600' });
    expect(JSON.parse(readFileSync(join(path, 'current'), 'utf8'))).toMatchObject({ format: 2 });
    await store.close();
    expect(await right(compactLog(path, work, 2))).toMatchObject({ generation: 3, entriesRemoved: 0 });
    expect(await left(compactLog(join(path, 'none'), work, 1))).toMatchObject({ code: 'store_missing' });
  });

  it('is not made of a log that is damaged, which goes on as it was', async () => {
    const path = join(temporaryFolder(), 'store');
    const first = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
    for (let n = 0; n < 5; n += 1) await right(first.append(named('s'), [newEvent({ n })], 'any'));
    await first.close();
    const environment = openLogFile(join(path, 'events-1.mdb'), false, true);
    const stored = environment.log.get(3) ?? Buffer.alloc(0);
    const block = Buffer.from(Uint8Array.prototype.slice.call(stored, 0, stored.length));
    block[block.length - 4] = (block[block.length - 4] ?? 0) ^ 1;
    await environment.log.put(3, block);
    await closeEnvironment(environment);
    const error = await left(compactLog(path, work, 1));
    expect(error).toMatchObject({ code: 'compaction_failed' });
    expect('message' in error ? error.message : '').toContain('position 3');
    expect(JSON.parse(readFileSync(join(path, 'current'), 'utf8'))).toMatchObject({ format: 2, generation: 1 });
  });

  it('is read, goes on, and is format 2 from then on', async () => {
    const path = join(temporaryFolder(), 'store');
    const first = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
    for (let n = 0; n < 10; n += 1) await right(first.append(named('s'), Array.from({ length: 60 }, () => newEvent()), 'any'));
    await right(first.append(named('gone'), [newEvent()], 'no-stream'));
    await right(first.tombstone(named('gone')));
    const ids = await allIds(first);
    const { storeId } = first;
    await first.close();
    const from = openLogFile(join(path, 'events-1.mdb'), false, true);
    const to = openLogFile(join(path, 'events-2.mdb'), true, false);
    const copy = createLogCopy({ from, to, tombstoned: new Set(['gone']), format: 1 });
    await copy.copyIndex();
    await copy.copyUpTo(602);
    await copy.finish(storeId, 603);
    await closeEnvironment(from);
    await closeEnvironment(to);
    writeFileSync(join(path, 'current'), JSON.stringify({ format: 1, store: storeId, generation: 2 }));
    rmSync(join(path, 'durable'));

    const store = await openStore(path);
    expect(await allIds(store)).toEqual(ids);
    expect(await right(store.read(named('gone'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
    const later = newEvent();
    await right(store.append(named('s'), [later], 'any'));
    const stream = await right(store.read(named('s'), { limit: 1_000 }));
    expect(stream._tag === 'Events' ? stream.events.map(({ id }) => id) : []).toEqual([...ids, later.id]);
    expect(JSON.parse(readFileSync(join(path, 'current'), 'utf8'))).toMatchObject({ format: 2 });
    await right(store.compact());
    expect(await allIds(store)).toEqual([...ids, later.id]);
  });
});
