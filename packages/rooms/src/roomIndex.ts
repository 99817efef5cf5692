import { type RoomId, type UserId, isRoomId } from '@account-data/domain';
import {
  type AppendError,
  type EventStore,
  type ExpectedRevision,
  type ReadError,
  Revision,
  revisionAfter,
  type StreamName,
} from '@account-data/event-store';
import { nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

const enteredType = 'RoomEntered';
const closedType = 'RoomsClosed';
const metadata = { schemaVersion: 1 };

/** The rooms that hold something about one user; `closed`: no more are entered, because the user is being erased. */
export interface RoomIndex {
  readonly rooms: ReadonlySet<RoomId>;
  readonly closed: boolean;
  readonly revision: ExpectedRevision;
}

/** Reads the index of a user. `erased` where it is gone. */
export const readRoomIndex = async (
  store: EventStore,
  stream: StreamName,
): Promise<E.Either<ReadError, RoomIndex | 'erased'>> => {
  const rooms = new Set<RoomId>();
  let closed = false;
  let revision: ExpectedRevision = 'no-stream';
  for (let from = Revision(0); ; ) {
    const slice = await store.read(stream, { from, limit: 500 })();
    if (E.isLeft(slice)) return slice;
    if (slice.right._tag === 'Tombstoned') return E.right('erased');
    if (slice.right._tag === 'NoStream') return E.right({ rooms, closed, revision });
    for (const event of slice.right.events) {
      const roomId = event.data['roomId'];
      if (event.type === closedType) closed = true;
      else if (typeof roomId === 'string' && isRoomId(roomId)) rooms.add(roomId);
      revision = event.revision;
      from = revisionAfter(event.revision);
    }
    if (slice.right.isEnd) return E.right({ rooms, closed, revision });
  }
};

/** Enters a room into the user's index before anything about the user is kept there. */
export const enterRoom = (
  store: EventStore,
  stream: StreamName,
  userId: UserId,
  roomId: RoomId,
): Promise<E.Either<ReadError | AppendError, 'entered' | 'erased'>> =>
  extend(store, stream, (index) =>
    index.rooms.has(roomId)
      ? undefined
      : { id: nameUuid('room-entered', userId, roomId), type: enteredType, data: { userId, roomId } },
  );

/** No room can be entered any more after this. */
export const closeRooms = (
  store: EventStore,
  stream: StreamName,
  userId: UserId,
): Promise<E.Either<ReadError | AppendError, 'entered' | 'erased'>> =>
  extend(store, stream, () => ({ id: nameUuid('rooms-closed', userId), type: closedType, data: { userId } }));

/** Appends at the exact end of an index that isn't closed. */
const extend = async (
  store: EventStore,
  stream: StreamName,
  next: (
    index: RoomIndex,
  ) => { readonly id: string; readonly type: string; readonly data: { readonly [key: string]: string } } | undefined,
): Promise<E.Either<ReadError | AppendError, 'entered' | 'erased'>> => {
  for (;;) {
    const index = await readRoomIndex(store, stream);
    if (E.isLeft(index)) return index;
    if (index.right === 'erased' || index.right.closed) return E.right('erased');
    const event = next(index.right);
    if (event === undefined) return E.right('entered');
    const appended = await store.append(stream, [{ ...event, metadata }], index.right.revision)();
    if (E.isRight(appended)) return E.right('entered');
    // Not known, or someone was faster: the index tells.
    if (appended.left._tag === 'StreamTombstoned') return E.right('erased');
    if (appended.left._tag !== 'RevisionConflict' && appended.left._tag !== 'OutcomeUnknown') return appended;
  }
};
