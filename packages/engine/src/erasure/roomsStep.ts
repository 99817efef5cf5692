import type { StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { eraseRoomEvents } from '@account-data/rooms';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import type { ErasureStep } from './ErasureReceipt.js';

/** Deletes what the room streams of this log hold about the user. */
export const roomsStep = (store: EventStore, names: StreamNames): ErasureStep => ({
  step: 'rooms',
  run: async (userId, _signal, tell) => {
    const rooms = await eraseRoomEvents({ store, names }, userId, tell)();
    if (E.isLeft(rooms)) throw new StoreError(rooms.left);
    return { removed: rooms.right.map(({ roomId, events }) => `${String(events)} messages about the user in the room stream of ${roomId}`), remains: [] };
  },
});
