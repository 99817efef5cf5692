import { configureModule } from '@account-data/modules';
import { createModuleHarness, type ModuleHarness } from '@account-data/modules/testing';
import { beforeEach, expect, test } from 'vitest';
import { module } from '../src/index.js';

const alice = '@alice:example.org';
const type = 'org.example.consent';

let harness: ModuleHarness;
beforeEach(async () => {
  harness = await createModuleHarness(configureModule(module, { room: '!consents:example.org', sender: '@consents:example.org', type }));
});

const said = (): ReadonlyArray<unknown> => harness.roomEvents.map(({ content }) => content['body']);

test('says when a consent is given and withdrawn, and nothing when it stays', async () => {
  await harness.deliver({ userId: alice, type, content: { given: true } });
  await harness.deliver({ userId: alice, type, content: { given: true, text: 'version 2' } });
  await harness.deliver({ userId: alice, type, content: {} });
  expect(said()).toEqual([`${alice} has given consent`, `${alice} has withdrawn consent`]);
});

test('says it once, however often it is delivered', async () => {
  const { eventId } = await harness.deliver({ userId: alice, type, content: { given: true } });
  expect(await harness.redeliver(eventId)).toMatchObject({ outcome: 'handled' });
  expect(said()).toHaveLength(1);
});

test('passes over other types, rooms, and what is no consent', async () => {
  await harness.deliver({ userId: alice, type: 'org.example.theme', content: { given: true } });
  await harness.deliver({ userId: alice, roomId: '!room:example.org', type, content: { given: true } });
  await harness.deliver({ userId: alice, type, content: { given: 'yes' } });
  expect(said()).toEqual([]);
});

test('takes back what it said about a user who is erased', async () => {
  await harness.deliver({ userId: alice, type, content: { given: true } });
  await harness.eraseUser(alice);
  expect(said()).toEqual([]);
});
