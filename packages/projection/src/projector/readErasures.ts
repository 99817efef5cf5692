import { decodeStored } from '@account-data/domain';
import { Revision, StreamName, type EventStore, type ReadError } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { eraseUser, passErasure } from '../model/eraseUser.js';
import type { ReadModel } from '../model/ReadModel.js';

const pageSize = 1_000;

/**
 * Reads the erasures that the model does not know yet, to the end of their stream, before anything else is read: the
 * log may go on showing the events of erased users, and an older storage, brought back, may hold their data.
 * Gives how many there were.
 */
export const readErasures = async (model: ReadModel, store: EventStore): Promise<E.Either<ReadError | Error, number>> => {
  const stream = StreamName(model.names.erasures);
  let found = 0;
  for (;;) {
    const slice = await store.read(stream, { from: Revision(model.erasures + 1), limit: pageSize })();
    if (E.isLeft(slice)) return slice;
    if (slice.right._tag !== 'Events') return E.right(found);
    for (const event of slice.right.events) {
      const revision = Number(event.revision);
      const decoded = decodeStored(event);
      if (E.isRight(decoded) && decoded.right.event.type === 'UserErased') {
        eraseUser(model, decoded.right.event.data.userId, revision);
        found += 1;
      } else if (E.isLeft(decoded) && decoded.left._tag !== 'UnknownEventType') {
        return E.left(
          new Error(
            `The erasure at revision ${event.revision} of ${event.stream} can't be read: ${decoded.left.message} ` +
              'The projection does not start: it could show what was erased.',
          ),
        );
      } else passErasure(model, revision);
      model.active.events += 1;
    }
    if (slice.right.isEnd || slice.right.events.length === 0) return E.right(found);
  }
};
