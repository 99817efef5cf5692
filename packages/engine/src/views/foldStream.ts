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
  timeMade,
} from '@account-data/domain';
import {
  type EventStore,
  isAfter,
  isAtLeast,
  type ReadError,
  type RecordedEvent,
  Revision,
  revisionAfter,
  type StreamName,
} from '@account-data/event-store';
import type { TimeMeant } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';

const pageSize = 1_000;
const defaultPageBytes = 1024 * 1024;

/**
 * What a stream holds, page by page and in order, up to a revision (inclusive) where one is given; `tombstoned` once it is
 * found deleted for good. An error, like that, comes last.
 */
export async function* streamPages(
  store: EventStore,
  stream: StreamName,
  { upTo, maxBytes = defaultPageBytes }: { readonly upTo?: Revision; readonly maxBytes?: number } = {},
): AsyncGenerator<E.Either<ReadError, ReadonlyArray<RecordedEvent> | 'tombstoned'>, void, void> {
  for (let from = Revision(0); ; ) {
    const slice = await store.read(stream, { from, limit: pageSize, maxBytes })();
    if (E.isLeft(slice)) return yield slice;
    if (slice.right._tag === 'NoStream') return;
    if (slice.right._tag === 'Tombstoned') return yield E.right('tombstoned');
    const { events, isEnd } = slice.right;
    const last = events.at(-1);
    if (last === undefined) return;
    const isLast = isEnd || (upTo !== undefined && isAtLeast(last.revision, upTo));
    yield E.right(upTo === undefined || isAtLeast(upTo, last.revision) ? events : events.filter(({ revision }) => isAtLeast(upTo, revision)));
    if (isLast) return;
    from = revisionAfter(last.revision);
  }
}

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
export type StreamMoment = { readonly revision: Revision } | { readonly time: number; readonly by?: TimeMeant };

/** The state of a user's account data stream, now or as of a moment, read from the log alone. */
export const foldAccountDataStream =
  (store: EventStore, stream: StreamName, at?: StreamMoment): TE.TaskEither<ReadError, UserState> =>
  () =>
    foldPages(streamPages(store, stream), at, emptyUserState, (state, events) =>
      foldAccountData(state)(events.flatMap(({ event, ...rest }) => (isAccountData(event) ? [{ event, ...rest }] : []))),
    );

/** The state of a user's tag stream, now or as of a moment, read from the log alone. */
export const foldTagsStream =
  (store: EventStore, stream: StreamName, at?: StreamMoment): TE.TaskEither<ReadError, TagsState> =>
  () =>
    foldPages(streamPages(store, stream), at, emptyTagsState, (state, events) =>
      foldRoomTags(state)(events.flatMap(({ event, ...rest }) => (isRoomTag(event) ? [{ event, ...rest }] : []))),
    );

const foldPages = async <Room, Name>(
  pages: ReturnType<typeof streamPages>,
  at: StreamMoment | undefined,
  empty: KeyedState<Room, Name>,
  fold: (state: KeyedState<Room, Name>, events: ReadonlyArray<Recorded<DomainEvent>>) => KeyedState<Room, Name>,
): Promise<E.Either<ReadError, KeyedState<Room, Name>>> => {
  let state = empty;
  let head: Revision | undefined;
  const upTo = untilMoment(at);
  for await (const page of pages) {
    if (E.isLeft(page)) return page;
    if (page.right === 'tombstoned') return E.right(new KeyedState(true, 'no-stream', 0, new Map(), new Map()));
    const { events, isEnd } = upTo(page.right);
    const decoded = decodeRecorded(events);
    if (E.isLeft(decoded)) return decoded;
    state = fold(state, decoded.right);
    head = events.at(-1)?.revision ?? head;
    if (isEnd) break;
  }
  if (head === undefined) return E.right(empty);
  const { erased, keyCount, entries, requests } = state;
  // The head counts events that could not be read, too.
  return E.right(new KeyedState(erased, head, keyCount, entries, requests));
};

interface PageUpTo {
  readonly events: ReadonlyArray<RecordedEvent>;
  /** Nothing that follows is of the moment. */
  readonly isEnd: boolean;
}

/**
 * Those of a stream's pages, one after the other, up to a moment. A recorded time is the latest recording time so far; by
 * original times an import may bring what was made before later.
 */
const untilMoment = (at: StreamMoment | undefined): ((events: ReadonlyArray<RecordedEvent>) => PageUpTo) => {
  if (at === undefined) return (events) => ({ events, isEnd: false });
  if ('time' in at && at.by !== 'recorded') {
    let recorded = 0;
    return (events) => ({
      isEnd: false,
      events: events.filter(({ created, metadata }) => {
        recorded = Math.max(recorded, created);
        const { originalTime } = metadata;
        return timeMade(typeof originalTime === 'number' ? { originalTime } : {}, recorded) <= at.time;
      }),
    });
  }
  return (events) => {
    const later = events.findIndex(({ revision, created }) => ('revision' in at ? isAfter(revision, at.revision) : created > at.time));
    return { events: later < 0 ? events : events.slice(0, later), isEnd: later >= 0 };
  };
};

const isAccountData = (event: DomainEvent): event is AccountDataUpdated => event.type === 'AccountDataUpdated';

const isRoomTag = (event: DomainEvent): event is RoomTagEvent =>
  event.type === 'RoomTagSet' || event.type === 'RoomTagRemoved';
