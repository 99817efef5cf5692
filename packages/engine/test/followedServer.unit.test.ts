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
  expect(await take([record, { ...record, source_id: 'other', content: [] }])).toMatchObject({ appended: 1, known: 0, refused: new Map([[1, { code: 'invalid_content' }]]) });
  expect(await take([record])).toMatchObject({ appended: 0, known: 1 });
  await expect(engine.restore(alice, (await engine.history(alice)).entries[0]?.revision ?? ('0' as never))).rejects.toMatchObject(refused);
  await engine.setAccountData('@alice:other.example', null, 'a', { n: 2 });
  expect(engine.get(alice, null, 'a')?.content).toEqual({ n: 1 });
});
