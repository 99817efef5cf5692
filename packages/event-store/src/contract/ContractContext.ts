import { systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { AppendError } from '../errors.js';
import type { PositionedEvent, ProposedEvent, RecordedEvent, StoredJson } from '../Event.js';
import type { AppendResult, EventStore, StreamPrefixes, StreamSlice, SubscribeOptions } from '../EventStore.js';
import type { ReadFrom, Revision } from '@account-data/domain';
import type { ExpectedRevision } from '../expectations.js';
import { StreamName } from '../StreamName.js';
import type { EventStoreFactory } from './EventStoreFactory.js';
import { follow, type Follower } from './Follower.js';

/** What one test of the contract works with: a store, a prefix of its own, and short words for what tests do. */
export interface ContractContext {
  readonly prefix: string;
  readonly prefixes: StreamPrefixes;
  /** The end of the log when the test began. */
  readonly start: ReadFrom;
  readonly store: () => EventStore;
  readonly reopen: () => Promise<void>;
  readonly stream: (name: string) => StreamName;
  readonly append: (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
  ) => Promise<E.Either<AppendError, AppendResult>>;
  /** As `append`, and it must succeed. */
  readonly appended: (
    stream: StreamName,
    events: ReadonlyArray<ProposedEvent>,
    expected: ExpectedRevision,
  ) => Promise<AppendResult>;
  readonly slice: (
    stream: StreamName,
    options?: { from?: Revision; direction?: 'forwards' | 'backwards'; limit?: number; maxBytes?: number },
  ) => Promise<StreamSlice>;
  /** All events of a stream, forwards; it must exist. */
  readonly events: (stream: StreamName) => Promise<ReadonlyArray<RecordedEvent>>;
  /** The whole log of this test after a position (default: its start), read in pages. */
  readonly log: (options?: {
    readonly after?: ReadFrom;
    readonly prefixes?: StreamPrefixes;
    readonly limit?: number;
  }) => Promise<ReadonlyArray<PositionedEvent>>;
  readonly follow: (options?: Partial<SubscribeOptions>) => Follower;
}

/** What must succeed. */
export const right = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`Expected success, got ${describeError(result.left)}.`);
  return result.right;
};

/** What must be refused: the error. */
export const left = async <L, A>(task: TaskEither<L, A>): Promise<L> => {
  const result = await task();
  if (E.isRight(result)) throw new Error('Expected an error, got success.');
  return result.left;
};

const describeError = (error: unknown): string =>
  JSON.stringify(error);

/** An event nobody appended yet. */
export const newEvent = (
  type = 'Happened',
  data: StoredJson = { value: systemRuntime.random.number() },
  metadata: StoredJson = { actor: 'contract' },
): ProposedEvent => ({ id: systemRuntime.random.uuid(), type, data, metadata });

/** So many of them, numbered from 0 in `data.index`. */
export const newEvents = (count: number): ReadonlyArray<ProposedEvent> =>
  Array.from({ length: count }, (_, index) => newEvent('Happened', { index }));

export const idsOf = (events: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> => events.map(({ id }) => id);

const readWhole = async (
  store: EventStore,
  after: ReadFrom,
  prefixes: StreamPrefixes,
  limit: number,
): Promise<ReadonlyArray<PositionedEvent>> => {
  const events: Array<PositionedEvent> = [];
  for (let from = after; ; ) {
    const slice = await right(store.readAll({ after: from, prefixes, limit }));
    if (slice.events.length > limit) throw new Error(`A slice of ${slice.events.length} events exceeds its limit of ${limit}.`);
    events.push(...slice.events);
    if (slice.isEnd) return events;
    if (slice.next === from) throw new Error('Reading the log does not get on.');
    from = slice.next;
  }
};

/** Opens a store, runs the test with it and closes everything, however the test ends. */
export const withContext =
  (factory: EventStoreFactory, test: (context: ContractContext) => Promise<void>) => async (): Promise<void> => {
    const subject = await factory.open();
    const followers: Array<Follower> = [];
    try {
      let store = subject.store;
      const prefix = factory.prefix();
      const prefixes = [prefix];
      const start = await right(store.head());
      const slice: ContractContext['slice'] = (stream, options = {}) =>
        right(store.read(stream, { limit: 10_000, ...options }));
      await test({
        prefix,
        prefixes,
        start,
        store: () => store,
        reopen: async () => {
          store = await subject.reopen();
        },
        stream: (name) => StreamName(prefix + name),
        append: (stream, events, expected) => store.append(stream, events, expected)(),
        appended: (stream, events, expected) => right(store.append(stream, events, expected)),
        slice,
        events: async (stream) => {
          const found = await slice(stream);
          if (found._tag !== 'Events') throw new Error(`Expected events in ${stream}, got ${found._tag}.`);
          return found.events;
        },
        log: ({ after = start, prefixes: only = prefixes, limit = 1_000 } = {}) => readWhole(store, after, only, limit),
        follow: (options = {}) => {
          const follower = follow(store, { after: start, prefixes, ...options });
          followers.push(follower);
          return follower;
        },
      });
    } finally {
      for (const follower of followers) await follower.close();
      await subject.dispose();
    }
  };
