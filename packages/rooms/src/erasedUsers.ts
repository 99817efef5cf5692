import { type StreamNames, type UserId, isUserId } from '@account-data/domain';
import { type EventStore, type ReadError, Revision, revisionAfter, StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';

const pageSize = 1_000;

/**
 * Asks the log who was erased; each time it reads on where it was. An erasure is recorded before anything is removed, so
 * that whoever asks after reading never shows what is about to go, nor what `$all` still shows of a tombstoned stream.
 *
 * @category constructors
 */
export const erasedUsers = ({ store, names }: { readonly store: EventStore; readonly names: StreamNames }) => {
  const users = new Set<UserId>();
  let from = Revision(0);
  return async (): Promise<E.Either<ReadError, ReadonlySet<UserId>>> => {
    for (;;) {
      const slice = await store.read(StreamName(names.erasures), { from, limit: pageSize })();
      if (E.isLeft(slice)) return slice;
      if (slice.right._tag !== 'Events') return E.right(users);
      for (const { data, revision } of slice.right.events) {
        const userId = data['userId'];
        if (typeof userId === 'string' && isUserId(userId)) users.add(userId);
        from = revisionAfter(revision);
      }
      if (slice.right.isEnd) return E.right(users);
    }
  };
};
