import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupLog, scrubLog } from '../src/index.js';
import { copyOf, damaging, flipBit } from './support/damage.js';
import { allIds, left, named, newEvent, openStore, right, work } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

describe('a backup of a log', () => {
  it('holds all that was acknowledged before it, and nothing half, while its owner appends and compacts', async () => {
    const path = join(temporaryFolder(), 'store');
    const store = await openStore(path);
    const state = { isDone: false, acknowledged: 0 };
    await right(store.append(named('gone'), [newEvent({ secret: 'what-is-gone' })], 'any'));
    await right(store.tombstone(named('gone')));
    const append = async (stream: string): Promise<void> => {
      while (!state.isDone) {
        await right(store.append(named(stream), [newEvent(), newEvent(), newEvent()], 'any'));
        state.acknowledged += 3;
      }
    };
    const appending = [append('a'), append('b')];
    while (state.acknowledged < 300) await right(store.append(named('c'), [newEvent()], 'any'));
    for (let round = 0; round < 3; round += 1) {
      const to = join(temporaryFolder(), 'backup');
      const before = Number(await right(store.head()));
      const [{ end }] = await Promise.all([right(backupLog(path, to, work)), right(store.compact())]);
      expect(end).toBeGreaterThanOrEqual(before);
      expect(await right(scrubLog(to, work))).toEqual({ end, damage: [] });
      const copy = await openStore(to);
      const ids = await allIds(copy);
      const { events } = await right(store.readAll({ after: 'start', limit: 100_000 }));
      expect(ids).toEqual(events.filter(({ position }) => Number(position) <= end).map(({ id }) => id));
      for (const stream of ['a', 'b']) {
        const read = await right(copy.read(named(stream), { limit: 100_000 }));
        if (read._tag !== 'Events') throw new Error('The stream is missing.');
        expect(read.events.length % 3).toBe(0);
        expect(Number(read.events.at(-1)?.revision)).toBe(read.events.length - 1);
      }
      expect(await right(copy.read(named('gone'), { limit: 1 }))).toEqual({ _tag: 'Tombstoned' });
      expect(Number((await right(copy.append(named('more'), [newEvent()], 'no-stream'))).position)).toBe(end + 1);
      await copy.close();
    }
    state.isDone = true;
    await Promise.all(appending);
  });

  it('is refused of a log that is damaged, and to a folder that holds something or is in that of the log', async () => {
    const path = join(temporaryFolder(), 'store');
    const store = await openStore(path);
    await right(store.append(named('s'), [newEvent()], 'any'));
    await store.close();
    expect(await left(backupLog(path, path, work))).toMatchObject({ code: 'store_folder_not_empty' });
    expect(await left(backupLog(path, join(path, 'new', 'copy'), work))).toMatchObject({ code: 'store_folder_inside' });
    expect(existsSync(join(path, 'new'))).toBe(false);
    await damaging(path, async ({ log }) => {
      await log.put(1, flipBit(copyOf(log.get(1) ?? Buffer.alloc(0)), 8 * 40));
    });
    const to = join(temporaryFolder(), 'backup');
    expect(await left(backupLog(path, to, work))).toMatchObject({ code: 'store_corrupt' });
    expect(existsSync(to)).toBe(false);
    expect(await left(backupLog(join(path, 'none'), to, work))).toMatchObject({ code: 'store_missing' });
    // What is wrong with where it goes is told of that, and not of the log.
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const inFile = join(file, 'backup');
    expect(await left(backupLog(path, inFile, work))).toMatchObject({ code: 'store_foreign_file', path: inFile });
  });
});
