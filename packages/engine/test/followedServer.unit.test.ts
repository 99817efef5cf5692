import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { createAccountDataEngine } from '../src/index.js';

test('nothing is changed of a user whose homeserver is followed but by the follow; others are served as ever', async () => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }), followedServer: 'example.org' });
  onTestFinished(() => engine.close());
  const [alice, room] = ['@alice:example.org', '!room:example.org'];
  const refused = { code: 'user_followed' };
  await expect(engine.setAccountData(alice, null, 'a', {})).rejects.toMatchObject(refused);
  await expect(engine.deleteAccountData(alice, room, 'a')).rejects.toMatchObject(refused);
  await expect(engine.updateAccountData(alice, null, 'a', () => ({}))).rejects.toMatchObject(refused);
  await expect(engine.batch(alice, [{ _tag: 'DeleteAccountData', roomId: null, type: 'a' }])).rejects.toMatchObject(refused);
  await expect(engine.setTag(alice, room, 'u.a', {})).rejects.toMatchObject(refused);
  await expect(engine.removeTag(alice, room, 'u.a')).rejects.toMatchObject(refused);
  const actor = { kind: 'synapse', id: 'example.org' } as const;
  const record = { kind: 'account_data', user_id: alice, room_id: null, type: 'a', content: { n: 1 }, source_id: 'place', actor, callbacks: true } as const;
  const take = engine.followed('synapse');
  const taken = await take([record, { ...record, source_id: 'other', content: [] }]);
  expect(taken).toMatchObject({ appended: 1, known: 0, refused: new Map([[1, { code: 'invalid_content' }]]) });
  await taken.shown();
  expect(engine.get(alice, null, 'a')?.content).toEqual({ n: 1 });
  expect(await take([record])).toMatchObject({ appended: 0, known: 1 });
  await expect(engine.restore(alice, (await engine.history(alice)).entries[0]?.revision ?? ('0' as never))).rejects.toMatchObject(refused);
  await engine.setAccountData('@alice:other.example', null, 'a', { n: 2 });
  expect(engine.get(alice, null, 'a')?.content).toEqual({ n: 1 });
});

test('an import is refused the users whose homeserver is followed, line by line, and takes the others', async () => {
  const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }), followedServer: 'example.org' });
  onTestFinished(() => engine.close());
  const line = (user: string, kind: 'account_data' | 'tag'): string =>
    JSON.stringify({ kind, user_id: user, room_id: '!room:example.org', type: 'u.a', content: {}, source_id: user + kind, actor: { kind: 'admin', id: 'a' } });
  const users = ['@alice:example.org', '@alice:other.example'];
  const lines = [
    JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'elsewhere', history: true }),
    ...users.flatMap((user) => [line(user, 'account_data'), line(user, 'tag')]),
    JSON.stringify({ end: true, records: 4 }),
  ];
  await expect(engine.importLog(lines)).rejects.toMatchObject({ line: 2, code: 'user_followed', path: '/user_id' });
  const refused: Array<unknown> = [];
  const result = await engine.importLog(lines, { onRefused: ({ line: at, code }) => refused.push([at, code]) });
  expect([result, refused]).toMatchObject([{ imported: 2, refused: 2 }, [[2, 'user_followed'], [3, 'user_followed']]]);
  expect(engine.projection.heads('@alice:example.org')).toEqual({ accountData: 'no-stream', tags: 'no-stream' });
});

test('an import that has all tags of its source removes none of users who are followed by now', async () => {
  const store = createInMemoryEventStore({ runtime: systemRuntime });
  const [room, actor] = ['!room:example.org', { kind: 'admin', id: 'a' }];
  const tagsOf = (users: ReadonlyArray<string>): ReadonlyArray<string> => [
    JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'elsewhere', history: false, complete_tags: true }),
    ...users.map((user) => JSON.stringify({ kind: 'tag', user_id: user, room_id: room, type: 'u.a', content: {}, source_id: user, source_version: '1', actor })),
    JSON.stringify({ end: true, records: users.length }),
  ];
  const [alice, bob] = ['@alice:example.org', '@bob:other.example'];
  const before = await createAccountDataEngine({ store });
  await before.importLog(tagsOf([alice, bob]));
  await before.close();
  const engine = await createAccountDataEngine({ store, followedServer: 'example.org' });
  onTestFinished(() => engine.close());
  expect(await engine.importLog(tagsOf([]))).toMatchObject({ complete: true, imported: 1 });
  expect([engine.tags(alice, room)?.tags, engine.tags(bob, room)?.tags ?? {}]).toEqual([{ 'u.a': {} }, {}]);
});
