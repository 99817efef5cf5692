import { type AccountDataType, type RoomId, type UserId, encodeEvent, streamNames } from '@account-data/domain';
import { StreamName, createInMemoryEventStore } from '@account-data/event-store';
import { ConfigError, configureModule, createModuleHost } from '@account-data/modules';
import { readRoom, roomStreamSink } from '@account-data/rooms';
import { createModuleHarness } from '@account-data/modules/testing';
import { systemRuntime as runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { auditMessage, module } from '../src/index.js';

const config = { audit_room: '!audit:example.org', sender: '@auditor:example.org' };
const alice = '@alice:example.org' as UserId;

describe('the message', () => {
  it('is the documented one', () => {
    expect(auditMessage(alice, null, 'org.example.theme', { theme: 'dark', n: [1] })).toBe(
      '@alice:example.org has changed their account data for type org.example.theme to: {"theme": "dark", "n": [1]}',
    );
    expect(auditMessage(alice, null, 'm.x', { é: [1, 2] }, 'compact')).toContain('to: {"é":[1,2]}');
    expect(auditMessage(alice, '!room:example.org', 'm.x', {})).toBe(
      '@alice:example.org has changed their account data for type m.x to: {} (in room !room:example.org)',
    );
  });
});

describe('the configuration', () => {
  it.each([
    [{}, "audit_room: 'audit_room' is required"],
    [{ audit_room: config.audit_room }, "sender: 'sender' is required"],
    [{ ...config, audit_room: 'audit' }, 'audit_room: must be a room ID'],
    [{ ...config, sender: 5 }, 'sender: must be a user ID'],
    [{ ...config, format: 'yaml' }, 'format: must be python or compact'],
    [{ ...config, rooms: [] }, 'rooms: is not a setting'],
    ['audit', 'must be a mapping'],
  ])('%j is refused', (wrong, message) => {
    expect(() => module.parseConfig(wrong)).toThrow(ConfigError);
    expect(() => module.parseConfig(wrong)).toThrow(message);
  });
});

describe('the module', () => {
  it('tells the audit room of each change once, also when it hears of it twice', async () => {
    const store = createInMemoryEventStore({ runtime });
    const names = streamNames();
    const changes: ReadonlyArray<readonly [string | null, { readonly [key: string]: string }]> = [
      [null, { theme: 'dark' }],
      ['!room:example.org', { theme: 'light' }],
      [null, {}],
    ];
    for (const [roomId, content] of changes) {
      const { type, data, metadata } = encodeEvent(
        { type: 'AccountDataUpdated', data: { userId: alice, roomId: roomId as RoomId | null, type: 'org.example.theme' as AccountDataType, content } },
        { schemaVersion: 1, actor: { kind: 'user', id: alice }, $correlationId: 'c', origin: 'api' },
      );
      await store.append(StreamName(names.accountData(alice)), [{ id: runtime.random.uuid(), type, data, metadata }], 'any')();
    }
    // Two groups hear of the same changes, as one does again after a crash.
    for (const group of ['one', 'two']) {
      const host = createModuleHost({
        store,
        names,
        runtime,
        group,
        modules: [configureModule(module, config, { policy: { from: { _tag: 'Start' } } })],
        accountData: {
          get: async () => null,
          set: async () => Promise.reject(new Error('unused')),
          delete: async () => Promise.reject(new Error('unused')),
          tags: async () => ({}),
          setTag: async () => Promise.reject(new Error('unused')),
          removeTag: async () => Promise.reject(new Error('unused')),
        },
        rooms: roomStreamSink({ store, names, runtime }),
        previousContent: async () => null,
      });
      await host.start();
      const head = await store.head()();
      if (E.isLeft(head) || head.right === 'start') throw new Error('The log is empty.');
      expect(await host.waitForPosition(head.right, 15_000)).toBe(true);
      await host.stop();
    }
    const room = await readRoom({ store, names }, config.audit_room as RoomId)('start', 100)();
    expect(E.isRight(room) && room.right.events.map(({ type, sender, content }) => ({ type, sender, content }))).toEqual(
      [
        '@alice:example.org has changed their account data for type org.example.theme to: {"theme": "dark"}',
        '@alice:example.org has changed their account data for type org.example.theme to: {"theme": "light"} (in room !room:example.org)',
        '@alice:example.org has changed their account data for type org.example.theme to: {}',
      ].map((body) => ({ type: 'm.room.message', sender: config.sender, content: { msgtype: 'm.text', body } })),
    );
  });
  it('takes back what it announced about a user who is erased, and nothing else', async () => {
    const harness = await createModuleHarness(configureModule(module, config));
    for (const userId of [alice, '@bob:example.org', alice]) {
      await harness.deliver({ userId, type: 'org.example.theme', content: { theme: 'dark' } });
    }
    expect(harness.roomEvents).toHaveLength(3);
    await harness.eraseUser(alice);
    await harness.eraseUser(alice);
    expect(harness.roomEvents.map(({ content }) => content['body'])).toEqual([
      auditMessage('@bob:example.org', null, 'org.example.theme', { theme: 'dark' }),
    ]);
  });
});
