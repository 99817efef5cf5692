import type { RecordedRequest, TagsView, UserId, UserView } from '@account-data/domain';
import type { ReadFrom, Revision, Position } from '@account-data/event-store';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Activity, ActivityQuery } from './Activity.js';
import type { AccountDataEntry, ContentText, EntriesFilter, EntriesPage, EntriesPageQuery, RoomTags, TagsPage, TagsPageQuery, UserHeads } from './AccountDataEntry.js';
import type {
  AsOf,
  AsOfPageQuery,
  EventPlace,
  LogHistoryPage,
  LogHistoryQuery,
  StateAsOf,
  UserHistoryPage,
  UserHistoryQuery,
  HistoryEntry,
  TagHistoryPage,
  TagHistoryQuery,
  TagsAsOf,
} from './History.js';
import type {
  ProjectionHealth,
  QuarantinedEvent,
  RebuildOptions,
  RebuildResult,
  VerifyOptions,
  VerifyResult,
} from './ProjectionHealth.js';
import type { HistoryError, ProjectionFailure, RebuildError } from './errors.js';
import type { PlaceInLog } from './model/LogEpochs.js';
import type { UsersPage, UsersQuery } from './UsersPage.js';

/** Told once per batch, in the same turn in which its changes became readable. @category model */
export interface ProjectionChange {
  /** Whose account data or tags changed, or who was erased. */
  readonly users: ReadonlySet<UserId>;
  readonly position: Position;
}

/**
 * What reads of the current state there are. They are synchronous; results are deeply frozen. One that meets a damaged
 * record throws `StorageDamaged`: the projection is being built anew then, and answers again afterwards.
 *
 * @category model
 */
export interface ProjectionReads {
  /** What (user, room, type) holds, or that it was deleted; undefined where it never had content. */
  readonly get: (userId: string, roomId: string | null, type: string) => AccountDataEntry | undefined;
  /** The content as JSON text, without parsing it; undefined where there is none or it was deleted. */
  readonly getContentText: (userId: string, roomId: string | null, type: string) => ContentText | undefined;
  /** Ordered by room (global first) and type. */
  readonly entries: (userId: string, filter?: EntriesFilter) => ReadonlyArray<AccountDataEntry>;
  /** As {@link entries}, part by part: for answers that may be long. */
  readonly entriesPage: (userId: string, query: EntriesPageQuery) => EntriesPage;
  /** Undefined where the room never had a tag of this user. */
  readonly tags: (userId: string, roomId: string) => RoomTags | undefined;
  /** Ordered by room; rooms whose last tag was removed are included. */
  readonly allTags: (
    userId: string,
    filter?: { readonly changedAfter?: ReadFrom },
  ) => ReadonlyArray<RoomTags>;
  /** As {@link allTags}, part by part. */
  readonly tagsPage: (userId: string, query: TagsPageQuery) => TagsPage;
  readonly heads: (userId: string) => UserHeads;
  /** The users there are, by what their IDs begin with. */
  readonly users: (query?: UsersQuery) => UsersPage;
  /** How many changes of a user were recorded when; undefined where there is none. */
  readonly activity: (userId: string, query?: ActivityQuery) => Activity | undefined;
  /** A user's account data stream as decisions need it, answered lazily. Good until the stream's next event. */
  readonly view: (userId: string) => UserView;
  /** A user's tag stream, likewise. */
  readonly tagsView: (userId: string) => TagsView;
  /** A request of account data that is still remembered. `actor` as `actorKey` of the domain gives it. */
  readonly requestKey: (userId: string, actor: string, key: string) => RecordedRequest | undefined;
  readonly erased: (userId: string) => boolean;
  /** Where an event of a user's stream stands in the log. Undefined where it is not (yet) known. */
  readonly locate: (stream: string, revision: Revision) => EventPlace | undefined;
  /** The last revision of the user's account data (or tags) at a position or time (inclusive). */
  readonly revisionAt: (
    userId: string,
    at: { readonly position: Position } | { readonly time: number },
    stream?: 'data' | 'tags',
  ) => Revision | 'no-stream';
}

/** History and time travel. They read the event store, found through the projection's index. @category model */
export interface ProjectionHistory {
  /** Changes of one user's account data. */
  readonly history: (userId: string, query?: UserHistoryQuery) => TE.TaskEither<HistoryError, UserHistoryPage>;
  /** One change, with what was there before it. */
  readonly change: (userId: string, revision: Revision) => TE.TaskEither<HistoryError, HistoryEntry | undefined>;
  /** Changes of one user's room tags. */
  readonly tagHistory: (userId: string, query?: TagHistoryQuery) => TE.TaskEither<HistoryError, TagHistoryPage>;
  /** Changes of all users, or of all users' changes of one type. */
  readonly logHistory: (query?: LogHistoryQuery) => TE.TaskEither<HistoryError, LogHistoryPage>;
  /** The state of a user as it was, or a part of it. */
  readonly asOf: (userId: string, at: AsOf, query?: AsOfPageQuery) => TE.TaskEither<HistoryError, StateAsOf>;
  /** The room tags of a user as they were. */
  readonly tagsAsOf: (userId: string, at: AsOf) => TE.TaskEither<HistoryError, TagsAsOf>;
  /** One key as it was; undefined where it had never been set. */
  readonly getAsOf: (
    userId: string,
    roomId: string | null,
    type: string,
    at: AsOf,
  ) => TE.TaskEither<HistoryError, AccountDataEntry | undefined>;
}

/** Operations on the whole projection. Reads go on meanwhile. @category model */
export interface ProjectionOperations {
  /** Builds anew beside the live one, which serves reads meanwhile, and takes its place when it has caught up. */
  readonly rebuild: (options?: RebuildOptions) => TE.TaskEither<RebuildError, RebuildResult>;
  /**
   * Copies what the live one has into new files, which take its place: freed space is given back, and no byte of what
   * was removed (an erased user) stays behind in a file. Much faster than a rebuild; the log is not read.
   */
  readonly compact: (options?: RebuildOptions) => TE.TaskEither<RebuildError, RebuildResult>;
  /** Compares with a fresh replay of the log. */
  readonly verify: (options?: VerifyOptions) => TE.TaskEither<RebuildError, VerifyResult>;
}

/**
 * The durable read model of the log: current state, tags, heads, request keys and the history index.
 * Nothing in it is truth: it can be rebuilt from the log at any time.
 *
 * @category model
 */
export interface Projection extends ProjectionReads, ProjectionHistory, ProjectionOperations {
  readonly logId: string;
  /** The tag of the epoch of the log that a position is in. Kept beside the position, {@link placeOf} tells later whether it still counts. */
  readonly epochAt: (position: ReadFrom) => string;
  /** Whether the log is still the one that gave a position out in that epoch. */
  readonly placeOf: (position: ReadFrom, epoch: string) => PlaceInLog;
  /**
   * The position to give out for one that reads reflect: itself, or the last event of ours before it where others' events take
   * positions, too, which tell no history from another.
   */
  readonly givenUpTo: (position: ReadFrom) => ReadFrom;
  /** The last position that this log shares with one that has that epoch; `start` where it never had it. */
  readonly endOfEpoch: (epoch: string) => ReadFrom;
  /** Reads reflect the log up to here (inclusive). */
  readonly position: () => ReadFrom;
  /** Whether reads reflect the log up to that position. */
  readonly reflects: (position: Position) => boolean;
  readonly health: () => ProjectionHealth;
  /** Why it has stopped for good, if it has; as in `health`, at no cost. */
  readonly failure: () => ProjectionFailure | undefined;
  readonly quarantined: () => ReadonlyArray<QuarantinedEvent>;
  /**
   * Whether the files hold no byte of users that were erased. Records that are removed leave their bytes in a file until
   * it is copied: see {@link ProjectionOperations} `compact`.
   */
  readonly scrubbed: () => boolean;
  /**
   * True as soon as reads reflect that revision of one of a user's two streams (at once, where they do already);
   * false after the timeout, in milliseconds.
   */
  readonly waitForRevision: (stream: string, revision: Revision, timeout: number) => Promise<boolean>;
  /** True as soon as reads reflect the log up to that position; false after the timeout, in milliseconds. */
  readonly waitForPosition: (position: Position, timeout: number) => Promise<boolean>;
  /** True as soon as everything is shown that was in the log at the start; false after the timeout, in milliseconds. */
  readonly waitUntilReady: (timeout: number) => Promise<boolean>;
  readonly onChange: (listener: (change: ProjectionChange) => void) => () => void;
  /** Resolved when everything readable now is written to storage. */
  readonly flush: () => Promise<void>;
  /** Writes what is unwritten and lets go of the storage. */
  readonly close: () => Promise<void>;
}

