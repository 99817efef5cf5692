import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { configureModule, defineModule } from '../src/index.js';
import { createModuleHarness } from '../src/testing/index.js';

const mirror = defineModule({
  name: 'mirror',
  config: t.strict({ room: t.string, fail: t.boolean }),
  setUp: ({ room, fail }, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, roomId, type, content, context) => {
        if (fail) throw new Error('as configured');
        const previous = await context.previousContent();
        await context.api.accountDataManager.putGlobal(userId, `${type}.mirror`, { content, previous, roomId });
        await api.createAndSendEventIntoRoom({ type: 'm.x', room_id: room, sender: '@m:x', content: { attempt: context.attempt } });
        api.logger.info('mirrored', { type });
      },
    });
  },
});

describe('the harness', () => {
  it('shows what a module did, and what a redelivery changes', async () => {
    const harness = await createModuleHarness(configureModule(mirror, { room: '!r:x', fail: false }));
    await harness.deliver({ userId: '@a:x', type: 'm.a', content: { n: 1 } });
    const second = await harness.deliver({ userId: '@a:x', type: 'm.a', content: { n: 2 } });
    expect(second.outcome).toBe('handled');
    expect(harness.accountData.get('@a:x', null, 'm.a.mirror')).toEqual({ content: { n: 2 }, previous: { n: 1 }, roomId: null });
    expect(harness.accountData.changes[1]).toMatchObject({ kind: 'set', cause: { actor: { kind: 'module', id: 'mirror' }, causationId: second.eventId, causationDepth: 1 } });
    expect(harness.roomEvents).toHaveLength(2);
    await harness.redeliver(second.eventId);
    expect(harness.roomEvents.map(({ content }) => content)).toEqual([{ attempt: 1 }, { attempt: 1 }]);
    expect(harness.accountData.changes).toHaveLength(3);
    expect(harness.log.map(({ message }) => message)).toEqual(['mirrored', 'mirrored', 'mirrored']);
  });

  it('shows what a callback failed with, timeouts too', async () => {
    const harness = await createModuleHarness(configureModule(mirror, { room: '!r:x', fail: true }));
    expect(await harness.deliver({ userId: '@a:x', type: 'm.a', content: {} })).toMatchObject({ outcome: 'failed', error: new Error('as configured') });
    const stuck = defineModule({
      name: 'stuck',
      config: t.strict({}),
      setUp: (_config, api) => {
        api.registerAccountDataCallbacks({ onAccountDataUpdated: () => new Promise(() => undefined) });
      },
    });
    const slow = await createModuleHarness(configureModule(stuck, {}, { policy: { timeout: 10 } }));
    expect(await slow.deliver({ userId: '@a:x', type: 'm.a', content: {} })).toMatchObject({ outcome: 'failed', error: { code: 'delivery_timeout' } });
  });

  it('fails room events on request', async () => {
    const harness = await createModuleHarness(configureModule(mirror, { room: '!r:x', fail: false }), {
      failRoomEvent: () => new Error('no room'),
    });
    expect(await harness.deliver({ userId: '@a:x', type: 'm.a', content: {} })).toMatchObject({ outcome: 'failed', error: new Error('no room') });
    expect(harness.roomEvents).toEqual([]);
  });
});
