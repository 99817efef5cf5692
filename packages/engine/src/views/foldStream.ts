import {
  type AccountDataUpdated,
  type DomainEvent,
  KeyedState,
  type Recorded,
  type RoomTagEvent,
  type TagsState,
  type UserState,
  decodeEvent,
  emptyTagsState,
  emptyUserState,
  foldAccountData,
  foldRoomTags,
} from '@account-data/domain';
import { type EventStore, type ReadError, type RecordedEvent, Revision, type StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';

const pageSize = 1_000;

/**
 * What a stream holds, page by page and in order, up to a revision (inclusive) where one is given; `tombstoned` once it is
 * found deleted for good. An error, like that, comes last.
 */
export async function* streamPages(
  store: EventStore,
  stream: StreamName,
  upTo?: Revision,
): AsyncGenerator<E.Either<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'>, void, void> {
  for (let from = Revision(0); ; ) {
    const slice = await store.read(stream, { from, limit: pageSize })();
    if (E.isLeft(slice)) return yield slice;
    if (slice.right._tag === 'NoStream') return;
    if (slice.right._tag === 'Tombstoned') return yield E.right('tombstoned');
    const { events, isEnd } = slice.right;
    const last = events.at(-1);
    if (last === undefined) return;
    const isLast = isEnd || (upTo !== undefined && last.revision >= upTo);
    yield E.right(upTo === undefined || last.revision <= upTo ? events : events.filter(({ revision }) => revision <= upTo));
    if (isLast) return;
    from = Revision(last.revision + 1n);
  }
}

/** All that a stream holds, in order; `tombstoned` for a stream that was deleted for good. */
export const readWholeStream =
  (store: EventStore, stream: StreamName): TE.TaskEither<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'> =>
  async () => {
    const events: Array<RecordedEvent> = [];
    for await (const page of streamPages(store, stream)) {
      if (E.isLeft(page) || page.right === 'tombstoned') return page;
      for (const event of page.right) events.push(event);
    }
    return E.right(events);
  };

/** Events of a stream that this version can read. A newer one ends the program's part in it: that is an error. */
export const decodeRecorded = (events: ReadonlyArray<RecordedEvent>): E.Either<ReadError, Array<Recorded<DomainEvent>>> => {
  const decoded: Array<Recorded<DomainEvent>> = [];
  for (const { stream, type, data, metadata, revision } of events) {
    const result = decodeEvent(type, data, metadata);
    if (E.isRight(result)) decoded.push({ event: result.right.event, metadata: result.right.metadata, revision });
    else if (result.left._tag === 'NewerSchemaVersion') {
      const message = `Event ${String(revision)} of the stream ${stream}: ${result.left.message}`;
      return E.left({ _tag: 'StoreFailed', code: 'store_failed', message });
    }
  }
  return E.right(decoded);
};

/** A moment of one stream: after everything up to and including it. @category model */
export type StreamMoment = { readonly revision: Revision } | { readonly time: number };

/** What a stream held at a moment; a stream's time is the latest recording time so far. */
const upTo = (
  read: E.Either<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'>,
  at: StreamMoment | undefined,
): E.Either<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'> => {
  if (at === undefined || E.isLeft(read) || read.right === 'tombstoned') return read;
  const later = read.right.findIndex(({ revision, created }) => ('revision' in at ? revision > at.revision : created > at.time));
  return later < 0 ? read : E.right(read.right.slice(0, later));
};

/** The state of a user's account data stream, now or as of a moment, read from the log alone. */
export const foldAccountDataStream =
  (store: EventStore, stream: StreamName, at?: StreamMoment): TE.TaskEither<ReadError, UserState> =>
  async () =>
    foldEvents(upTo(await readWholeStream(store, stream)(), at), emptyUserState, (events) =>
      foldAccountData(emptyUserState)(
        events.flatMap(({ event, ...rest }) => (isAccountData(event) ? [{ event, ...rest }] : [])),
      ),
    );

/** The state of a user's tag stream, now or as of a moment, read from the log alone. */
export const foldTagsStream =
  (store: EventStore, stream: StreamName, at?: StreamMoment): TE.TaskEither<ReadError, TagsState> =>
  async () =>
    foldEvents(upTo(await readWholeStream(store, stream)(), at), emptyTagsState, (events) =>
      foldRoomTags(emptyTagsState)(events.flatMap(({ event, ...rest }) => (isRoomTag(event) ? [{ event, ...rest }] : []))),
    );

const foldEvents = <Room, Name>(
  read: E.Either<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'>,
  empty: KeyedState<Room, Name>,
  fold: (events: ReadonlyArray<Recorded<DomainEvent>>) => KeyedState<Room, Name>,
): E.Either<ReadError, KeyedState<Room, Name>> => {
  if (E.isLeft(read)) return read;
  if (read.right === 'tombstoned') return E.right(new KeyedState(true, 'no-stream', 0, new Map(), new Map()));
  const head = read.right.at(-1)?.revision;
  if (head === undefined) return E.right(empty);
  const decoded = decodeRecorded(read.right);
  if (E.isLeft(decoded)) return decoded;
  const { erased, keyCount, entries, requests } = fold(decoded.right);
  // The head counts events that could not be read, too.
  return E.right(new KeyedState(erased, head, keyCount, entries, requests));
};

const isAccountData = (event: DomainEvent): event is AccountDataUpdated => event.type === 'AccountDataUpdated';

const isRoomTag = (event: DomainEvent): event is RoomTagEvent =>
  event.type === 'RoomTagSet' || event.type === 'RoomTagRemoved';
