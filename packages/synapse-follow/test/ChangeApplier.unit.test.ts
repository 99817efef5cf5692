import { streamNames } from '@account-data/domain';
import { systemRuntime } from '@account-data/runtime';
import { expect, test } from 'vitest';
import { ChangeApplier } from '../src/ChangeApplier.js';
import { ParkedRows } from '../src/ParkedRows.js';
import { alice, openEngine } from './support/FollowedSynapse.js';

const serverName = 'example.org';
const key = { table: 'account_data', userId: alice, roomId: null, type: 'a' } as const;

test('what was given before a connection was lost is not appended after it: the row may hold something else by then', async () => {
  const { engine, store } = await openEngine();
  const parked = new ParkedRows(store, streamNames(), serverName, systemRuntime);
  const applier = new ChangeApplier({ log: engine, parked, serverName, excludeTypes: new Set(), logger: { log: () => undefined } });
  await applier.take(key, { n: 1 }, { place: 'first', callbacks: false });
  await applier.restart();
  await applier.take({ ...key, type: 'b' }, { n: 2 }, { place: 'second', callbacks: false });
  await applier.flush();
  expect(engine.list(alice).map(({ type }) => type)).toEqual(['b']);
});

test('a store that fails is told to who makes changes durable, and what is given again is appended', async () => {
  const { engine, store } = await openEngine();
  const parked = new ParkedRows(store, streamNames(), serverName, systemRuntime);
  let fails = true;
  const append = engine.followed('test');
  const log = { ...engine, followed: () => (records: Parameters<typeof append>[0]) => (fails ? Promise.reject(new Error('The disk is full.')) : append(records)) };
  const applier = new ChangeApplier({ log, parked, serverName, excludeTypes: new Set(), logger: { log: () => undefined } });
  // More than are appended at once: the failure of the first part is heard before the second one begins.
  const give = async (): Promise<void> => {
    for (let n = 0; n < 4_500; n += 1) await applier.take({ ...key, type: String(n) }, { n }, { place: String(n), callbacks: false });
    await applier.flush();
  };
  await expect(give()).rejects.toThrow('The disk is full.');
  fails = false;
  await applier.restart();
  await give();
  expect([applier.appended(), engine.list(alice).length]).toEqual([4_500, 4_500]);
});
