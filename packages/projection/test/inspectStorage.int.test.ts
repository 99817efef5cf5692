import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectStorage, lmdbProjectionStorage, memoryProjectionStorage } from '../src/index.js';
import { alice, Log, logId, openProjection } from './harness.js';
import { temporaryFolder } from './support/temporaryFolder.js';

describe('a look at the storage of a projection', () => {
  it('tells what is in it, while no projection has it', async () => {
    const provider = lmdbProjectionStorage({ path: temporaryFolder() });
    expect(await inspectStorage(provider)).toEqual({ _tag: 'None' });
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    for (let n = 0; n < 3; n += 1) await log.set(alice, null, 'a', { n });
    const projection = await openProjection(log.store, provider);
    expect(await projection.waitUntilReady(10_000)).toBe(true);
    expect(await inspectStorage(provider)).toEqual({ _tag: 'InUse' });
    const position = Number(projection.position());
    await projection.close();
    expect(await inspectStorage(provider)).toMatchObject({ _tag: 'Usable', logId, position, quarantined: 0 });
    const again = await openProjection(log.store, provider);
    expect(again.health().failed).toBeUndefined();
    await again.close();
  });

  it('says that it is damaged, and leaves it as it is', async () => {
    const path = temporaryFolder();
    const provider = lmdbProjectionStorage({ path });
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create();
    await (await openProjection(log.store, provider)).close();
    truncateSync(join(path, 'generation-1', 'data.mdb'), 1_000);
    expect(await inspectStorage(provider)).toMatchObject({ _tag: 'Damaged', reason: expect.any(String) as string });
    expect(await provider.current()).toBe('generation-1');
  });

  it('says that it has another format', async () => {
    const provider = memoryProjectionStorage();
    await provider.makeCurrent(await provider.create());
    expect(await inspectStorage(provider)).toEqual({ _tag: 'OtherFormat' });
  });

  it('rejects where the system does not let it look', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(inspectStorage(lmdbProjectionStorage({ path: join(file, 'projection') }))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
