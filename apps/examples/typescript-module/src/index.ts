import { defineModule } from '@account-data/modules';
import * as t from 'io-ts';

const Consent = t.type({ given: t.boolean });

/** Says in `room`, as `sender`, when somebody gives or withdraws a consent (global account data of `type`). */
export const module = defineModule({
  name: 'consent-log',
  config: t.strict({ room: t.string, sender: t.string, type: t.string }),
  setUp: ({ room, sender, type: watched }, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, roomId, type, content, context) => {
        if (roomId !== null || type !== watched) return;
        const given = isGiven(content);
        if (given === isGiven(await context.previousContent())) return;
        // By the API of the delivery: however often the same change is delivered, the room has this once.
        await context.api.createAndSendEventIntoRoom({
          type: 'm.room.message',
          room_id: room,
          sender,
          content: { msgtype: 'm.text', body: `${userId} has ${given ? 'given' : 'withdrawn'} consent` },
        });
      },
      // What was said about somebody goes with them.
      onUserErased: async (userId) => {
        await api.redactRoomEvents(userId);
      },
    });
  },
});

/** `{}`, a deletion, is no consent; nor is what is no consent at all. */
const isGiven = (content: unknown): boolean => Consent.is(content) && content.given;
