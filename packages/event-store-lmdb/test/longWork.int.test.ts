import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupLog, compactLog, type LmdbOpenError, type LongWork, openLmdbEventStore, salvageLog, scrubLog } from '../src/index.js';
import { named, newEvent, right, work } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';

/** Work that is ended as soon as it leaves the event loop to others. */
const interrupted = (): LongWork => {
  const stop = new AbortController();
  systemRuntime.timers.defer(() => {
    stop.abort();
  });
  return { runtime: systemRuntime, signal: stop.signal };
};

describe('work on a whole log that is ended between two of its parts', () => {
  let folder: string;
  let path: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'event-store-lmdb-work-'));
    path = join(folder, 'store');
    const store = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
    for (let n = 0; n < 40; n += 1) await right(store.append(named('s'), [newEvent({ text: randomBytes(20_000).toString('hex') })], 'any'));
    await store.close();
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const ending = async (task: () => Promise<E.Either<{ readonly code: string }, unknown>>): Promise<string> => {
    const result = await task();
    return E.isLeft(result) ? result.left.code : 'through';
  };

  const salvaged = (to: string | undefined, how: LongWork): (() => Promise<E.Either<LmdbOpenError, unknown>>) =>
    salvageLog({ path, ...(to === undefined ? {} : { to }), histories: { stream: 'none', begin: newEvent() }, ...how, runtime: systemRuntime });

  it('is a look for damage', async () => {
    expect(await ending(scrubLog(path, interrupted()))).toBe('store_interrupted');
    expect(await right(scrubLog(path, work))).toEqual({ end: 40, damage: [] });
  });

  it('is a copy, of which nothing is left', async () => {
    const to = join(temporaryFolder(), 'backup');
    expect(await ending(backupLog(path, to, interrupted()))).toBe('store_interrupted');
    expect(existsSync(to)).toBe(false);
    expect(await right(backupLog(path, to, work))).toEqual({ end: 40 });
  });

  it('is a salvage, whether it writes or only tells', async () => {
    const to = join(temporaryFolder(), 'salvaged');
    for (const where of [to, undefined]) expect(await ending(salvaged(where, interrupted()))).toBe('store_interrupted');
    expect(existsSync(to)).toBe(false);
    expect(await right(salvaged(to, work))).toMatchObject({ end: 40, entries: 40 });
  });

  it('is a compaction, and the log goes on as it was', async () => {
    const files = readdirSync(path);
    expect(await ending(compactLog(path, { runtime: systemRuntime, signal: AbortSignal.abort() }, 2))).toBe('store_interrupted');
    expect(readdirSync(path)).toEqual(files);
    expect(await right(compactLog(path, work, 2))).toMatchObject({ generation: 2 });
    expect(await right(scrubLog(path, work))).toEqual({ end: 40, damage: [] });
  });
});
