import type { RoomId, StreamNames, UserId } from '@account-data/domain';
import { type EventStore, type ExpectedRevision, plus, Revision, type StreamName } from '@account-data/event-store';
import { type Runtime, nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { appendSurely, storeError } from './appendSurely.js';
import { type CheckedRoomEvent, checkRoomEvent } from './checkRoomEvent.js';
import { eraseRoomEvents } from './eraseRoomEvents.js';
import { isLater, latest } from './maxSource.js';
import { RecentTails } from './RecentTails.js';
import { type RoomEventSink, type RoomEventSource, RoomSinkError, type SentRoomEvent } from './RoomEventSink.js';
import { proposedRoomEvent, sourceOf } from './RoomStreamEvent.js';
import { enterRoom } from './roomIndex.js';
import { roomStreamNames } from './roomStreams.js';

/** Where room events are kept when no homeserver takes them. @category model */
export interface RoomStreamSinkOptions {
  readonly store: EventStore;
  readonly names: StreamNames;
  readonly runtime: Runtime;
}

/** The end of a stream of one room and user. */
interface Tail {
  readonly revision: ExpectedRevision;
  /** The highest revision of a change that the stream tells of; undefined of an empty one. */
  readonly maxSource: Revision | undefined;
}

const empty: Tail = { revision: 'no-stream', maxSource: undefined };

const pageSize = 200;
const maxAttempts = 32;

/**
 * The id of a room event: the same for each delivery of the same change by the same module, renamed meanwhile or not.
 *
 * @category constructors
 */
export const roomEventId = (source: Pick<RoomEventSource, 'eventId' | 'index' | 'identity'>, module: string): string =>
  nameUuid('room-event', source.eventId, source.identity ?? module, source.index.toString());

/**
 * Keeps room events in the event store itself: one stream for each room and user it tells about, so that an erasure
 * finds them (see `eraseRoomEvents`), read together as the room (see `readRoom`). An event is appended at the exact end
 * of its stream after it was made sure that it doesn't stand there already; of two that race, one meets the other.
 *
 * @category constructors
 */
export const roomStreamSink = ({ store, names, runtime }: RoomStreamSinkOptions): RoomEventSink => {
  const streams = roomStreamNames(names);
  const tails = new RecentTails<Tail>();

  const readTail = async (stream: StreamName): Promise<Tail | 'erased'> => {
    const slice = await store.read(stream, { direction: 'backwards', limit: 1 })();
    if (E.isLeft(slice)) throw storeError(slice.left);
    if (slice.right._tag === 'Tombstoned') return 'erased';
    const last = slice.right._tag === 'Events' ? slice.right.events[0] : undefined;
    if (last === undefined) return empty;
    return { revision: last.revision, maxSource: sourceOf(last)?.maxSourceRevision };
  };

  /** Looks for the event from the end backwards, as far as it can be. */
  const stands = async (stream: StreamName, id: string, source: RoomEventSource): Promise<boolean> => {
    let from: Revision | undefined;
    for (;;) {
      const slice = await store.read(stream, {
        direction: 'backwards',
        limit: pageSize,
        ...(from === undefined ? {} : { from }),
      })();
      if (E.isLeft(slice)) throw storeError(slice.left);
      if (slice.right._tag !== 'Events') return false;
      let first: Revision | undefined;
      for (const event of slice.right.events) {
        if (event.id === id) return true;
        if (isLater(source.revision, sourceOf(event)?.maxSourceRevision)) return false;
        first = event.revision;
      }
      if (slice.right.isEnd || first === undefined || first === Revision(0)) return false;
      from = plus(first, -1);
    }
  };

  /** Before the first event of a stream, so that an erasure knows of it. */
  const enter = async (roomId: RoomId, userId: UserId): Promise<'entered' | 'erased'> => {
    const entered = await enterRoom(store, streams.roomsOf(userId), userId, roomId);
    if (E.isLeft(entered)) throw storeError(entered.left);
    return entered.right;
  };

  const sendFrom = async (
    event: CheckedRoomEvent,
    module: string,
    source: RoomEventSource,
  ): Promise<SentRoomEvent> => {
    const id = roomEventId(source, module);
    const sent: SentRoomEvent = { eventId: `$${id}` };
    const stream = streams.roomAndUser(event.room_id, source.userId);
    let tail: Tail | 'erased' = tails.get(stream) ?? (await readTail(stream));
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      // Nothing about an erased user is kept.
      if (tail === 'erased') return sent;
      if (!isLater(source.revision, tail.maxSource) && (await stands(stream, id, source))) return sent;
      if (tail.revision === 'no-stream' && (await enter(event.room_id, source.userId)) === 'erased') return sent;
      const maxSource = latest(source.revision, tail.maxSource);
      const proposed = proposedRoomEvent(id, event, module, { source, maxSourceRevision: maxSource });
      const appended = await appendSurely(store, stream, proposed, tail.revision);
      if (E.isRight(appended)) {
        tails.remember(stream, { revision: appended.right.revision, maxSource });
        return sent;
      }
      tails.forget(stream);
      if (appended.left._tag === 'StreamTombstoned') return sent;
      if (appended.left._tag !== 'RevisionConflict') throw storeError(appended.left);
      tail = await readTail(stream);
    }
    throw new RoomSinkError('room_store_error', 'Others write to the same room stream again and again.');
  };

  return {
    send: async ({ module, event, source }) => {
      const checked = checkRoomEvent(event);
      if (source !== undefined) return sendFrom(checked, module, source);
      const id = runtime.random.uuid();
      const proposed = proposedRoomEvent(id, checked, module);
      const appended = await appendSurely(store, streams.room(checked.room_id), proposed, 'any');
      if (E.isLeft(appended)) throw storeError(appended.left);
      return { eventId: `$${id}` };
    },
    redact: async (userId) => {
      const erased = await eraseRoomEvents({ store, names }, userId)();
      if (E.isLeft(erased)) throw storeError(erased.left);
      return { redacted: erased.right, remaining: [] };
    },
  };
};
