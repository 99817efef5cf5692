import type { StreamNames, UserId } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { type CheckedRoomEvent, checkRoomEvent } from './checkRoomEvent.js';
import { HomeserverClient, type HomeserverOptions, HomeserverRefusal } from './HomeserverClient.js';
import { redactOnHomeserver, redactSentEvents, sendPath } from './redactSentEvents.js';
import type { RoomEventRequest, RoomEventSink, RoomEventSource, SentRoomEvent } from './RoomEventSink.js';
import { roomEventId } from './roomStreamSink.js';
import { roomStreamNames } from './roomStreams.js';
import { SentEvents } from './SentEvents.js';

/** What room events are sent to a homeserver with. @category model */
export interface HomeserverSinkOptions extends HomeserverOptions {
  /** Where it is kept which events were sent about whom, so that an erasure finds them. */
  readonly store: EventStore;
  readonly names: StreamNames;
}

/**
 * Sends room events to a Matrix homeserver:
 * `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}`, with a transaction id made of the change's event id,
 * so that the homeserver takes a redelivery for the same event. Homeservers forget transaction ids (Synapse after a day),
 * and they belong to a token's device; the record of what was sent does not, so that a replay years later or with another
 * token sends nothing twice.
 *
 * Source: https://spec.matrix.org/v1.14/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid, and for
 * `user_id` https://spec.matrix.org/v1.14/application-service-api/#identity-assertion.
 *
 * @category constructors
 */
export const homeserverSink = (options: HomeserverSinkOptions): RoomEventSink => {
  const { store, names, runtime } = options;
  const client = new HomeserverClient(options);
  const streamOf = (userId: UserId): ReturnType<typeof roomStreams.sentAbout> => roomStreams.sentAbout(userId);
  const roomStreams = roomStreamNames(names);
  const sent = new SentEvents({ store, runtime, streamOf });

  const put = (event: CheckedRoomEvent, transactionId: string, { signal, onAskedToWait }: RoomEventRequest): Promise<string> =>
    client.put({
      path: sendPath(event.room_id, event.type, transactionId),
      body: event.content,
      sender: event.sender,
      signal,
      onAskedToWait,
    });

  const sendAbout = async (
    event: CheckedRoomEvent,
    source: RoomEventSource,
    request: RoomEventRequest,
  ): Promise<SentRoomEvent> => {
    const { module } = request;
    const transactionId = roomEventId(source, module);
    const { room_id: roomId, sender, type } = event;
    const begun = await sent.begin({ transactionId, roomId, sender, type }, source, module);
    // Nothing about an erased user is sent.
    if (begun._tag === 'Erased') return { eventId: `$${transactionId}` };
    if (begun._tag === 'Sent') return { eventId: begun.eventId };
    try {
      const eventId = await put(event, transactionId, request);
      const kept = await sent.arrived(transactionId, eventId, source, module);
      // The user was erased while it was on its way, perhaps by another instance that could not know its id.
      if (kept === 'erased') await redactOnHomeserver(client, { roomId, sender, eventId }, undefined);
      return { eventId };
    } catch (error) {
      if (error instanceof HomeserverRefusal && error.isCertain && !begun.isAgain) {
        await sent.refused(transactionId, source, module);
      }
      throw error;
    }
  };

  return {
    send: async (request: RoomEventRequest) => {
      const { event, source } = request;
      const checked = checkRoomEvent(event);
      if (source !== undefined) return sendAbout(checked, source, request);
      return { eventId: await put(checked, runtime.random.uuid(), request) };
    },
    redact: (userId, signal, tell) => redactSentEvents({ store, runtime, client, stream: streamOf(userId) }, userId, signal, tell),
  };
};
