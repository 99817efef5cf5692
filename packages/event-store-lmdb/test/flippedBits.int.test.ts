import { seededRandom, systemRuntime } from '@account-data/runtime';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from './support/builtPackage.js';
import { readFlipped } from './support/flippedBits.js';
import { named, newEvent, right } from './support/openStore.js';
import { temporaryFolder } from './support/temporaryFolder.js';
import { openLmdbEventStore } from '../src/index.js';

beforeAll(buildPackage);

const content = (n: number): { readonly text: string } => ({ text: `content ${n} `.repeat(1 + (n % 30)) });

/** A closed store with streams short and long, tombstones, metadata, blocks with gaps and small and large ones. */
const makeStore = async (): Promise<string> => {
  const path = join(temporaryFolder(), 'store');
  const store = await right(openLmdbEventStore({ path, runtime: systemRuntime }));
  const append = (stream: string, ...data: ReadonlyArray<number>): Promise<unknown> =>
    right(store.append(named(stream), data.map((n) => newEvent(content(n))), 'any'));
  for (let n = 0; n < 50; n += 1) await append(`c${n}`, n);
  for (let n = 0; n < 12; n += 1) await append('gone', n);
  await Promise.all(Array.from({ length: 60 }, (_, n) => append(n % 2 === 0 ? 'a1' : 'b1', n)));
  await right(store.setStreamMetadata(named('last'), { maxCount: 2 }));
  for (let n = 0; n < 6; n += 1) await append('last', n);
  for (let n = 0; n < 6; n += 1) await append('long', ...Array.from({ length: 50 }, (_, m) => m));
  await right(store.tombstone(named('gone')));
  await right(store.compact());
  for (let n = 0; n < 10; n += 1) await append('a2', n);
  await Promise.all(Array.from({ length: 20 }, (_, n) => append('b2', n)));
  await store.close();
  return path;
};

describe('a bit of the log that was flipped', () => {
  it.each(['own', 'read'] as const)('is named, or without effect, in mode %s', async (mode) => {
    const path = await makeStore();
    const random = seededRandom(12);
    const bits = readFileSync(join(path, 'events-2.mdb')).length * 8;
    const chosen = Array.from({ length: 60 }, () => Math.floor(random.number() * bits));
    const flips = await readFlipped(path, join(temporaryFolder(), 'work'), mode, chosen);
    expect(flips.filter(({ outcome }) => outcome === 'named').length).toBeGreaterThan(10);
    expect(flips.filter(({ outcome }) => outcome !== 'no effect' && outcome !== 'named')).toEqual([]);
  });
});
