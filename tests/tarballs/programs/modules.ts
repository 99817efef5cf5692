// prints: @alice:example.org: org.example.theme is new
import { configureModule, defineModule } from '@account-data/modules';
import { createModuleHarness } from '@account-data/modules/testing';
import * as t from 'io-ts';

const module = defineModule({
  name: 'greeter',
  config: t.strict({ room: t.string }),
  setUp: ({ room }, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, _roomId, type, _content, context) => {
        const body = `${userId}: ${type} ${(await context.previousContent()) === null ? 'is new' : 'has changed'}`;
        const sender = '@greeter:example.org';
        await context.api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: room, sender, content: { msgtype: 'm.text', body } });
      },
    });
  },
});
const harness = await createModuleHarness(configureModule(module, { room: '!hall:example.org' }));
await harness.deliver({ userId: '@alice:example.org', type: 'org.example.theme', content: { theme: 'dark' } });
console.log(harness.roomEvents[0]?.content['body']);
