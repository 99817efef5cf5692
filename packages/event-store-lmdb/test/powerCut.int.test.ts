import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from './support/builtPackage.js';
import { allIds, named, newEvent, openRefused, openStore, right } from './support/openStore.js';
import { cutPower, transactionsOf } from './support/powerCut.js';
import { storeProcess } from './support/StoreProcess.js';
import { temporaryFolder } from './support/temporaryFolder.js';

beforeAll(buildPackage);

/** A store with some events, copied before and after one more transaction: what a power cut can be made of. */
const copies = async () => {
  const folder = temporaryFolder();
  const [path, before, after, target] = ['store', 'before', 'after', 'cut'].map((name) => join(folder, name)) as [string, string, string, string];
  const store = await storeProcess(path);
  const kept = Array.from({ length: 40 }, () => newEvent({ filling: 'x'.repeat(200) }));
  for (const event of kept) await store.call('append', 's', [event], 'any');
  cpSync(path, before, { recursive: true, filter: (name) => !name.endsWith('.sock') });
  const lost = Array.from({ length: 20 }, () => newEvent({ filling: 'y'.repeat(2_000) }));
  await store.call('append', 's', lost, 'any');
  cpSync(path, after, { recursive: true, filter: (name) => !name.endsWith('.sock') });
  await store.kill();
  return { before, after, target, kept: kept.map(({ id }) => id), lost: lost.map(({ id }) => id) };
};

describe('a power cut while a transaction was being flushed', () => {
  it('brings the log back to the last flushed transaction, and it goes on from there', async () => {
    const { before, after, target, kept } = await copies();
    const name = 'events-1.mdb';
    expect(Math.max(...transactionsOf(join(after, name)).map(Number))).toBe(Math.max(...transactionsOf(join(before, name)).map(Number)) + 1);
    cutPower(before, after, target);
    const store = await openStore(target);
    expect(await allIds(store)).toEqual(kept);
    const next = newEvent();
    expect(await right(store.append(named('s'), [next], 'any'))).toMatchObject({ revision: '40' });
    await store.close();
    const reopened = await openStore(target);
    expect(await allIds(reopened)).toEqual([...kept, next.id]);
    expect(await right(reopened.read(named('s'), { direction: 'backwards', limit: 1 }))).toMatchObject({ events: [{ id: next.id }] });
  });

  it('is brought in order before anybody reads: a reader does so itself where there is no owner', async () => {
    const { before, after, target, kept } = await copies();
    cutPower(before, after, target);
    const reader = await openStore(target, 'read');
    expect(reader.role()).toBe('follower');
    expect(await allIds(reader)).toEqual(kept);
  });

  it('keeps a reader out while an owner has the folder but has not brought it in order yet', async () => {
    const { before, after, target } = await copies();
    cutPower(before, after, target);
    const { acquireOwnerLock } = await import('../src/files/OwnerLock.js');
    const lock = acquireOwnerLock(join(target, 'owner.lock'));
    expect(await openRefused(target, 'read')).toMatchObject({ code: 'store_not_recovered' });
    lock?.release();
  });

  it('after which the file was flushed leaves everything', async () => {
    const { after, target, kept, lost } = await copies();
    cutPower(after, after, target);
    expect(await allIds(await openStore(target))).toEqual([...kept, ...lost]);
  });
});
