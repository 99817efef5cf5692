import {
  type AccountDataUpdated,
  type RoomTagEvent,
  type StreamNames,
  type TagsState,
  type TagsView,
  type UserId,
  type UserState,
  type UserView,
  defaultLimits,
  parseUserId,
  streamNames,
} from '@account-data/domain';
import type { DomainError, Limits } from '@account-data/domain';
import { type EventStore, type ReadError, StreamName as streamName, type StreamName } from '@account-data/event-store';
import { type Runtime, makeTurns } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { type AccessLog, accessLog } from '../access/AccessLog.js';
import type { CommandTasks } from '../AccountDataEngine.js';
import { ChangeQueue, afterAccountData, afterTags } from '../commands/ChangeQueue.js';
import type { Awaiter, PlaceOf } from '../commands/QueuedChange.js';
import { commandTasks } from '../commands/commandTasks.js';
import { ErasedUsers } from '../erasure/ErasedUsers.js';
import type { FeedItem } from '../feed/FeedEvent.js';
import { FeedHub } from '../feed/FeedHub.js';
import { feedDecoder } from '../feed/feedDecoder.js';
import { type FeedOptions, readFeed } from '../feed/readFeed.js';
import { type StreamMoment, foldAccountDataStream, foldTagsStream } from '../views/foldStream.js';
import { inLogEpoch } from './inLogEpoch.js';
import { type LogHistory, type LogHistoryPageQuery, streamHistory } from './streamHistory.js';
import { type LogTagHistory, type LogTagHistoryQuery, streamTagHistory } from './streamTagHistory.js';

/** What a log is opened with for commands and reads without a projection. @category model */
export interface AccountDataLogOptions {
  readonly store: EventStore;
  readonly runtime: Runtime;
  /** Goes before the name of every stream. */
  readonly prefix?: string;
  /** Where it is given, only users of this server are served. */
  readonly serverName?: string;
  /** The homeserver that is followed into this log: commands for its users are refused with `user_followed`. */
  readonly followedServer?: string;
  readonly limits?: Partial<Limits>;
  /** Whether writes go through a process that has begun an epoch of the log (see the package's decision record 1). Default false. */
  readonly epochHasBegun?: boolean;
}

/**
 * Account data without a projection: each call reads the streams of the user it is about, and nothing else. For
 * programs that do one thing and end, beside or instead of a running engine. It runs no modules: whoever delivers to
 * them hears of its changes from the log.
 *
 * @category model
 */
export interface AccountDataLog {
  readonly names: StreamNames;
  /** What is awaited is never more than `appended`. */
  readonly tasks: CommandTasks;
  /** Now, or as of a moment of the user's account data stream. */
  readonly state: (userId: string, at?: StreamMoment) => TE.TaskEither<ReadError | DomainError, UserState>;
  /** Now, or as of a moment of the user's tag stream. */
  readonly tagState: (userId: string, at?: StreamMoment) => TE.TaskEither<ReadError | DomainError, TagsState>;
  readonly history: (
    userId: string,
    query: LogHistoryPageQuery,
  ) => TE.TaskEither<ReadError | DomainError, LogHistory>;
  readonly tagHistory: (
    userId: string,
    query: LogTagHistoryQuery,
  ) => TE.TaskEither<ReadError | DomainError, LogTagHistory>;
  /** As the engine's: changes in the order of the log, from a position on and then as they happen. */
  readonly feed: (options: FeedOptions) => AsyncGenerator<FeedItem, void, void>;
  /** Who looked at others' data through a server. */
  readonly accessLog: AccessLog;
}

/**
 * Commands and reads on the log alone, without a projection: for a process that is soon gone.
 *
 * @category constructors
 */
export const accountDataLog = (options: AccountDataLogOptions): AccountDataLog => {
  const { runtime } = options;
  const names = streamNames(options.prefix);
  const store = inLogEpoch({
    store: options.store,
    stream: streamName(names.log),
    runtime,
    hasBegun: options.epochHasBegun ?? false,
  });
  const appendedOnly: Awaiter = () => 'pending';
  const placeUnknown: PlaceOf = () => undefined;
  const accountData = new ChangeQueue<UserView, AccountDataUpdated>(
    store,
    runtime,
    {
      views: (_userId, stream) => ({ load: () => foldAccountDataStream(store, stream)() }),
      after: afterAccountData,
    },
    appendedOnly,
    placeUnknown,
  );
  const tags = new ChangeQueue<TagsView, RoomTagEvent>(
    store,
    runtime,
    {
      views: (_userId, stream) => ({ load: () => foldTagsStream(store, stream)() }),
      after: afterTags,
    },
    appendedOnly,
    placeUnknown,
  );
  const prefixes = [names.accountDataPrefix, names.tagsPrefix, names.erasuresPrefix];
  const erased = new ErasedUsers(store, names);
  const hub = new FeedHub(store, prefixes, feedDecoder, erased);
  const turns = makeTurns(runtime);
  return {
    names,
    tasks: commandTasks({
      names,
      limits: { ...defaultLimits, ...options.limits },
      serverName: options.serverName,
      followedServer: options.followedServer,
      suppressUnchanged: false,
      accountData,
      tags,
      homeserver: undefined,
      refusal: () => undefined,
    }),
    state: (userId, at) => forUser((user) => foldAccountDataStream(store, names.accountData(user) as StreamName, at))(userId),
    tagState: (userId, at) => forUser((user) => foldTagsStream(store, names.tags(user) as StreamName, at))(userId),
    history: (userId, query) =>
      forUser((user) => streamHistory(store, names.accountData(user) as StreamName, query))(userId),
    tagHistory: (userId, query) =>
      forUser((user) => streamTagHistory(store, names.tags(user) as StreamName, query))(userId),
    accessLog: accessLog({ store, names, runtime }),
    feed: (feedOptions) => readFeed({ store, runtime, turns, hub, prefixes, decode: feedDecoder, erased }, feedOptions),
  };
};

const forUser =
  <A>(read: (userId: UserId) => TE.TaskEither<ReadError, A>) =>
  (userId: string): TE.TaskEither<ReadError | DomainError, A> => {
    const parsed = parseUserId(userId);
    return E.isLeft(parsed) ? () => Promise.resolve(parsed) : read(parsed.right);
  };
