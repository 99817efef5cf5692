import { systemRuntime } from '@account-data/runtime';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeEnvironment } from '../src/layout/Environment.js';
import { createLogCopy } from '../src/owner/copyLog.js';
import { openLogFile } from '../src/owner/ownedFile.js';
import { openLmdbEventStore } from '../src/index.js';
import { allIds, named, newEvent, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

describe('a log of format 1', () => {
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
