import { systemRuntime } from '@account-data/runtime';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptLoss } from '../src/index.js';
import { allIds, left, named, newEvent, openRefused, openStore, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** A folder in which an older copy of the log file stands, made before the last `lost` of all events. */
const withOlderLog = async (kept: number, lost: number): Promise<string> => {
  const path = join(temporaryFolder(), 'store');
  const log = join(path, 'events-1.mdb');
  const write = async (count: number): Promise<void> => {
    const store = await openStore(path);
    for (let written = 0; written < count; written += 1) await right(store.append(named('s'), [newEvent()], 'any'));
    await store.close();
  };
  await write(kept);
  copyFileSync(log, join(path, 'older'));
  await write(lost);
  copyFileSync(join(path, 'older'), log);
  rmSync(`${log}-lock`, { force: true });
  return path;
};

describe('a log that ends before what was acknowledged', () => {
  it.each(['own', 'auto', 'read'] as const)('is refused (%s), with both positions and what to do', async (mode) => {
    const path = await withOlderLog(3, 4);
    const error = await openRefused(path, mode);
    expect(error).toMatchObject({ code: 'store_log_behind', path: join(path, 'events-1.mdb') });
    expect(error.message).toContain('ends at position 3');
    expect(error.message).toContain('up to 7');
    expect(error.message).toContain('accept-loss');
    // A refusal changes nothing: the next start refuses as well.
    expect(await openRefused(path, mode)).toMatchObject({ code: 'store_log_behind' });
  });

  it('is refused where it never had an entry', async () => {
    expect(await openRefused(await withOlderLog(0, 2))).toMatchObject({ code: 'store_log_behind' });
  });

  it('goes on at its end once the loss is accepted, and says what is lost', async () => {
    const path = await withOlderLog(3, 4);
    expect(await right(acceptLoss(path, systemRuntime))).toEqual({ end: 3, acknowledged: 7 });
    const store = await openStore(path);
    expect(await allIds(store)).toHaveLength(3);
    expect(await right(store.append(named('s'), [newEvent()], 'any'))).toMatchObject({ position: '4' });
    await store.close();
    await (await openStore(path)).close();
  });

  it('is no loss where the log is whole, and none is accepted where somebody owns the folder or no store is', async () => {
    const path = await withOlderLog(2, 0);
    expect(await right(acceptLoss(path, systemRuntime))).toEqual({ end: 2, acknowledged: 2 });
    const owner = await openStore(path);
    expect(await left(acceptLoss(path, systemRuntime))).toMatchObject({ code: 'store_locked' });
    await owner.close();
    const none = join(temporaryFolder(), 'none');
    expect(await left(acceptLoss(none, systemRuntime))).toMatchObject({ code: 'store_missing' });
    expect(existsSync(none)).toBe(false);
  });

  it('is told from one that a compaction has shortened', async () => {
    const path = join(temporaryFolder(), 'store');
    const store = await openStore(path);
    for (const stream of ['kept', 'gone']) await right(store.append(named(stream), [newEvent(), newEvent()], 'any'));
    await right(store.tombstone(named('gone')));
    await right(store.compact());
    await store.close();
    expect(await allIds(await openStore(path))).toHaveLength(2);
  });
});
