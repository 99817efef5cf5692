import { parseRoomId, type RoomId, type StreamNames } from '@account-data/domain';
import type { EventStore, ReadFrom } from '@account-data/event-store';
import { followRoom, readRoom, type StoredRoomEvent } from '@account-data/rooms';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, refusal } from '../../Refusal.js';
import type { RoomMessage, RoomRequest } from '../Target.js';
import { logRefusal } from './logRefusal.js';

const pageSize = 500;

const messageOf = (event: StoredRoomEvent): RoomMessage => ({
  eventId: event.event_id,
  roomId: event.room_id,
  sender: event.sender,
  type: event.type,
  content: event.content,
  time: event.origin_server_ts,
  position: event.position,
  ...(event.module === undefined ? {} : { module: event.module }),
  ...(event.sourceEventId === undefined ? {} : { sourceEventId: event.sourceEventId }),
});

/** Hands on what modules sent into a room, from its beginning; to the end, or for as long as it is followed. */
export const tailRoom =
  (store: EventStore, names: StreamNames) =>
  ({ roomId, onMessage, follow }: RoomRequest): TE.TaskEither<Refusal, void> =>
  async () => {
    const parsed = parseRoomId(roomId);
    if (E.isLeft(parsed)) return E.left(logRefusal(parsed.left));
    return follow === undefined
      ? readToEnd(store, names, parsed.right, onMessage)
      : followUntil(store, names, parsed.right, onMessage, follow);
  };

const readToEnd = async (
  store: EventStore,
  names: StreamNames,
  roomId: RoomId,
  onMessage: RoomRequest['onMessage'],
): Promise<E.Either<Refusal, void>> => {
  const read = readRoom({ store, names }, roomId);
  let after: ReadFrom = 'start';
  for (;;) {
    const slice = await read(after, pageSize)();
    if (E.isLeft(slice)) return E.left(logRefusal(slice.left));
    for (const event of slice.right.events) await onMessage(messageOf(event));
    if (slice.right.isEnd) return E.right(undefined);
    after = slice.right.next;
  }
};

const followUntil = (
  store: EventStore,
  names: StreamNames,
  roomId: RoomId,
  onMessage: RoomRequest['onMessage'],
  stop: AbortSignal,
): Promise<E.Either<Refusal, void>> =>
  new Promise((resolve) => {
    const subscription = followRoom(
      { store, names },
      roomId,
      'start',
      async (events) => {
        for (const event of events) {
          if (stop.aborted) return;
          await onMessage(messageOf(event));
        }
      },
      (health) => {
        if (health._tag !== 'Failed') return;
        resolve(E.left(refusal('subscription_failed', 'The room can be followed no longer: the store failed.', 'Try again.')));
      },
    );
    const end = (): void => {
      void subscription.close().then(() => resolve(E.right(undefined)));
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
