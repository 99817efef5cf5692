import type { UserId } from '@account-data/domain';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { memoryProjectionStorage, type StorageProvider } from '../src/index.js';
import { Log, bob, logId, metadataOf, openProjection, proposed, right, room } from './harness.js';

/** A provider whose storages take so many more writes and then none, as if the process that uses them had died there. */
const dyingAfter = (provider: StorageProvider, writes: number): StorageProvider => {
  let left = writes;
  return {
    ...provider,
    open: async (name) => {
      const storage = await provider.open(name);
      return {
        ...storage,
        write: (fill) => {
          left -= 1;
          return left < 0 ? new Promise(() => undefined) : storage.write(fill);
        },
      };
    },
  };
};

/** More events than one write takes, of all that a projection keeps. */
const fill = async (log: Log): Promise<void> => {
  for (let user = 0; user < 40; user += 1) {
    const userId = `@user${String(user)}:example.org` as UserId;
    const events = Array.from({ length: 120 }, (_, n) =>
      proposed(
        { type: 'AccountDataUpdated', data: { userId, roomId: null, type: `t${String(n % 7)}`, content: { n } } },
        metadataOf({ requestKey: { key: `k${String(n)}`, fingerprint: 'f', count: 1, index: 0 } }),
      ),
    );
    await log.append(log.names.accountData(userId), ...events);
    await log.setTag(userId, room, 'u.work', { order: user / 100 });
    await log.setTag(userId, room, 'u.gone');
    await log.removeTag(userId, room, 'u.gone');
  }
  await log.append(log.names.accountData(bob), proposed({ type: 'AccountDataUpdated', data: { damaged: true } }));
};

describe('a large flush that is cut off between two of its writes', () => {
  it.each([0, 1, 2, 3, 4, 5])('after %i leaves nothing out: the next start goes on from it to the same state', async (writes) => {
    const log = new Log(createInMemoryEventStore({ runtime: systemRuntime }));
    await log.create(logId);
    await fill(log);
    const storage = memoryProjectionStorage();
    const dying = await openProjection(log.store, dyingAfter(storage, writes));
    await dying.waitUntilReady(5_000);
    await Promise.race([dying.flush(), new Promise((resolve) => setTimeout(resolve, 100))]);
    const again = await openProjection(log.store, storage);
    await again.waitUntilReady(5_000);
    expect(again.tags('@user7:example.org', room)?.tags).toEqual({ 'u.work': { order: 0.07 } });
    expect(again.health().quarantined).toBe(1);
    const verified = await right(again.verify());
    expect(verified.differences).toEqual([]);
    expect(verified.equal).toBe(true);
    await again.close();
  });
});
