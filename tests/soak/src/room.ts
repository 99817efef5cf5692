import type { RoomId, StreamNames } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { readRoom } from '@account-data/modules';
import * as E from 'fp-ts/lib/Either.js';

/** What stands in the room that the modules announce changes in. */
export const announced = async (store: EventStore, names: StreamNames): Promise<ReadonlyArray<unknown>> => {
  const read = await readRoom({ store, names }, '!room:example.org' as RoomId)('start', 10_000_000)();
  if (E.isLeft(read)) throw new Error(`The room could not be read: ${read.left.code}.`);
  return read.right.events.map(({ content }) => content['body']);
};
