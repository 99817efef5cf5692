import { Revision, createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { type AccountDataEngine, createAccountDataEngine } from '../src/index.js';

const alice = '@alice:example.org';
const room = '!r:example.org';

const filled = async (): Promise<AccountDataEngine> => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
  onTestFinished(() => engine.close());
  await engine.setAccountData(alice, null, 'a', { n: 1, gone: true });
  await engine.setTag(alice, room, 'u.work', { order: 0.5 });
  await engine.setAccountData(alice, room, 'b', { n: 1 });
  await engine.setAccountData(alice, null, 'a', { n: 2 });
  await engine.deleteAccountData(alice, room, 'b');
  await engine.removeTag(alice, room, 'u.work');
  return engine;
};

test('the whole state as of a moment has account data and tags', async () => {
  const engine = await filled();
  const then = await engine.asOf(alice, { revision: Revision(1) });
  expect(then.entries.map(({ roomId, type, content }) => [roomId, type, content])).toEqual([
    [null, 'a', { n: 1, gone: true }],
    [room, 'b', { n: 1 }],
  ]);
  expect(then.tags).toMatchObject([{ roomId: room, tags: { 'u.work': { order: 0.5 } } }]);
  const now = await engine.asOf(alice, { time: Date.now() });
  expect(now.entries).toHaveLength(1);
  expect(now.tags).toEqual([]);
  expect((await engine.tagHistory(alice)).entries.map(({ content }) => content)).toEqual([null, { order: 0.5 }]);
});

test('a diff tells what became of each key, as JSON Patch and in words', async () => {
  const engine = await filled();
  const { fromRevision, toRevision, changes } = await engine.diff(alice, { from: { revision: Revision(1) } });
  expect([fromRevision, toRevision]).toEqual(['1', '3']);
  expect(changes).toMatchObject([
    {
      roomId: null,
      type: 'a',
      change: 'changed',
      patch: [
        { op: 'remove', path: '/gone' },
        { op: 'replace', path: '/n', value: 2 },
      ],
      readable: ['removed /gone, which was true', 'changed /n from 1 to 2'],
    },
    { roomId: room, type: 'b', change: 'removed', before: { n: 1 }, after: null },
  ]);
  expect((await engine.diff(alice, { from: { revision: Revision(1) }, roomId: null })).changes).toHaveLength(1);
  expect((await engine.diff(alice, { from: { revision: Revision(0) }, to: { revision: Revision(1) } })).changes).toMatchObject([{ change: 'added' }]);
});
