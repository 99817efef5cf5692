import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage, type StorageProvider } from '../src/index.js';
import { alice, right, setUp } from './harness.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A provider that tells how many of the storages it opened are still held by anybody. */
const counting = (provider: StorageProvider): { readonly provider: StorageProvider; readonly held: () => number } => {
  const opened: Array<WeakRef<object>> = [];
  return {
    provider: {
      ...provider,
      open: async (name) => {
        const storage = { ...(await provider.open(name)) };
        opened.push(new WeakRef(storage));
        return storage;
      },
    },
    held: () => opened.filter((storage) => storage.deref() !== undefined).length,
  };
};

describe('rebuilds, one after the other', () => {
  it('let go of every model that another one took the place of', async () => {
    const { provider, held } = counting(memoryProjectionStorage());
    const { log, projection } = await setUp({ storage: provider });
    for (let n = 0; n < 4; n += 1) {
      await log.set(alice, null, 'a', { n });
      await right(projection.rebuild());
    }
    await expect
      .poll(() => {
        collectGarbage();
        return held();
      }, { timeout: 5_000 })
      .toBe(1);
    expect(projection.get(alice, null, 'a')?.content).toEqual({ n: 3 });
    await projection.close();
  });
});
