import type { RoomId, StreamNames } from '@account-data/domain';
import type { EventStore, ReadFrom } from '@account-data/event-store';
import { readRoom } from '@account-data/rooms';
import * as E from 'fp-ts/lib/Either.js';

/** What stands in the room that the modules announce changes in. */
export const announced = async (store: EventStore, names: StreamNames): Promise<ReadonlyArray<unknown>> => {
  const read = readRoom({ store, names }, '!room:example.org' as RoomId);
  const bodies: Array<unknown> = [];
  for (let after: ReadFrom = 'start'; ; ) {
    const slice = await read(after, 1_000)();
    if (E.isLeft(slice)) throw new Error(`The room could not be read: ${slice.left.code}.`);
    for (const { content } of slice.right.events) bodies.push(content['body']);
    if (slice.right.isEnd) return bodies;
    after = slice.right.next;
  }
};
