import {
  type AppendResult,
  checkAppend,
  checkLimit,
  checkStream,
  plus,
  Position,
  type StoreClosed,
  type StoreDamaged,
  type StreamMetadata,
  type StreamTombstoned,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { tellingDamage } from './damagedError.js';
import type { LmdbEventStore } from './LmdbEventStore.js';
import type { RoleKeeper } from './RoleKeeper.js';

const closed: StoreClosed = { _tag: 'StoreClosed', code: 'store_closed' };

/** The log counts the events of an append one by one. */
const withFirst =
  (count: number) =>
  (result: AppendResult): AppendResult =>
    result.position === undefined ? result : { ...result, firstPosition: plus(result.position, 1 - count) };

/** The port over whatever role this process has. */
export const createStoreHandle = (
  storeId: string,
  { hub, role, changing, compact, close }: RoleKeeper,
): LmdbEventStore => {
  let isOpen = true;
  let closing: Promise<void> | undefined;

  const whileOpen =
    <L, A>(run: () => Promise<E.Either<L, A>>): TE.TaskEither<L | StoreClosed | StoreDamaged, A> =>
    () => {
      if (!isOpen) return Promise.resolve(E.left(closed));
      const change = changing();
      return change === undefined ? tellingDamage(run) : change.then(() => tellingDamage(run));
    };

  const reading = <A>(run: () => A): TE.TaskEither<StoreClosed | StoreDamaged, A> =>
    whileOpen<StoreClosed, A>(() => Promise.resolve(E.right(run())));

  return {
    storeId,
    role: () => role().name,
    look: () => role().look(),
    append: (stream, events, expected) => {
      checkAppend(stream, events);
      const appended = whileOpen(() => role().append(stream, events, expected));
      return events.length < 2 ? appended : TE.map(withFirst(events.length))(appended);
    },
    read: (stream, options) => {
      checkStream(stream);
      checkLimit(options.limit);
      return reading(() => role().read(stream, options));
    },
    readAll: (options) => {
      checkLimit(options.limit);
      return reading(() => role().readAll(options));
    },
    readAt: (places, options = {}) => reading(() => role().readAt(places, options)),
    head: () =>
      reading(() => {
        const durable = role().durable();
        return durable === 0 ? 'start' : Position(durable);
      }),
    subscribe: (options) => {
      const subscription = hub.subscribe(options);
      if (isOpen) role().follow();
      return subscription;
    },
    setStreamMetadata: (stream, metadata) => {
      checkStream(stream);
      return whileOpen(() => role().setMetadata(stream, metadata));
    },
    streamMetadata: (stream) => {
      checkStream(stream);
      return whileOpen((): Promise<E.Either<StreamTombstoned, StreamMetadata>> => {
        const metadata = role().metadata(stream);
        return Promise.resolve(
          metadata === 'tombstoned'
            ? E.left({ _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream })
            : E.right(metadata),
        );
      });
    },
    tombstone: (stream) => {
      checkStream(stream);
      return whileOpen(() => role().tombstone(stream));
    },
    compact: () => whileOpen(compact),
    close: () => {
      isOpen = false;
      closing ??= close();
      return closing;
    },
  };
};
