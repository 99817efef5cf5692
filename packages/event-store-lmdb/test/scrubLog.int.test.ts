import { systemRuntime } from '@account-data/runtime';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { openLmdbEventStore, scrubLog } from '../src/index.js';
import { closeEnvironment, type Environment, openEnvironment } from '../src/layout/Environment.js';
import { left, named, newEvent, openStore, right, work } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** A closed store of ten blocks of one entry each, in two streams. */
const closedStore = async (): Promise<string> => {
  const path = join(temporaryFolder(), 'store');
  const store = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
  for (let n = 0; n < 10; n += 1) await right(store.append(named(n % 2 === 0 ? 'even' : 'odd'), [newEvent({ n })], 'any'));
  await store.close();
  return path;
};

/** Changes what is in the log, as a bit that flips does. */
const damaging = async (path: string, change: (environment: Environment) => Promise<unknown>): Promise<void> => {
  const environment = openEnvironment(join(path, 'events-1.mdb'), 'write');
  if (environment === undefined) throw new Error('There is no log.');
  await change(environment);
  await closeEnvironment(environment);
};

/** Flips a bit of the last letter of an entry's text. */
const flipBlock = async ({ log }: Environment, key: number): Promise<void> => {
  const stored = log.get(key) ?? Buffer.alloc(0);
  const block = Buffer.from(Uint8Array.prototype.slice.call(stored, 0, stored.length));
  const at = block.length - 4;
  block[at] = (block[at] ?? 0) ^ 1;
  await log.put(key, block);
};

describe('a look at all of a log', () => {
  it('finds nothing in one that is whole, also beside its owner', async () => {
    const path = await closedStore();
    expect(await right(scrubLog(path, work))).toEqual({ end: 10, damage: [] });
    await openStore(path);
    expect(await right(scrubLog(path, work))).toEqual({ end: 10, damage: [] });
  });

  it('names each position that is damaged or missing, and looks on behind it', async () => {
    const path = await closedStore();
    await damaging(path, async (environment) => {
      await flipBlock(environment, 3);
      await flipBlock(environment, 7);
      await environment.log.remove(5);
      await environment.log.remove(10);
    });
    const { end, damage } = await right(scrubLog(path, work));
    expect(end).toBe(10);
    expect(damage.map(({ from, to }) => [from, to])).toEqual([[3, 3], [5, 5], [7, 7], [10, 10]]);
    expect(damage[0]?.message).toContain('position 3 is not what was written');
  });

  it('names records of the index', async () => {
    const path = await closedStore();
    await damaging(path, async ({ streams }) => {
      const key = Buffer.from('odd', 'utf8');
      const record = Buffer.from(streams.get(key) ?? []);
      record[8] = (record[8] ?? 0) ^ 1;
      await streams.put(key, record);
    });
    const { damage } = await right(scrubLog(path, work));
    expect(damage).toHaveLength(1);
    expect(damage[0]?.message).toContain('the index of the stream odd');
    expect(damage[0]?.from).toBeUndefined();
  });

  it('says why where there is no log, or none that can be opened', async () => {
    const path = await closedStore();
    expect(await left(scrubLog(join(path, 'none'), work))).toMatchObject({ code: 'store_missing' });
    writeFileSync(join(path, 'events-1.mdb'), Buffer.alloc(8_192));
    expect(await left(scrubLog(path, work))).toMatchObject({ code: 'store_corrupt' });
    rmSync(join(path, 'events-1.mdb'));
    const other = open<string, string>(join(path, 'events-1.mdb'), { noSubdir: true });
    await other.put('key', 'value');
    await other.close();
    expect(await left(scrubLog(path, work))).toMatchObject({ code: 'store_foreign_file' });
  });
});
