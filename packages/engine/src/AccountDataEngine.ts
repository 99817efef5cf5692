import type { Actor, ChangeResult, InvalidInput, JsonObject, RoomId } from '@account-data/domain';
import type { ReadError, ReadFrom, Revision, Subscription } from '@account-data/event-store';
import type {
  AccountDataEntry,
  AsOf,
  HistoryError,
  Projection,
  RoomTags,
  StateAsOf,
  TagHistoryPage,
  TagHistoryQuery,
  UserHistoryPage,
  UserHistoryQuery,
} from '@account-data/projection';
import type { ModuleHost } from '@account-data/modules';
import type { RoomSlice, StoredRoomEvent } from '@account-data/rooms';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Turns } from '@account-data/runtime';
import type { AccessLog } from './access/AccessLog.js';
import type { DiffPages, DiffQuery } from './diff/projectedDiff.js';
import type { KeyRestore, RestoredKey, RestoreMoment } from './commands/StateRestore.js';
import type { DiffFilter, StateDiff } from './diff/stateDiff.js';
import type { ErasureError, ErasureProgress, ErasureReceipt } from './erasure/ErasureReceipt.js';
import type { EraseOptions } from './erasure/erasures.js';
import type { CommandError } from './errors.js';
import type { FeedItem } from './feed/FeedEvent.js';
import type { FeedOptions } from './feed/readFeed.js';
import type { ExportOptions } from './transfer/exportLog.js';
import type { FollowedChanges } from './transfer/followedChanges.js';
import type { ImportOptions, ImportResult } from './transfer/importLog.js';
import type { TransferLine } from './transfer/TransferRecord.js';
import type { LogScan } from './scan/scanLog.js';
import type { LogPlaces } from './log/logPlaces.js';

export type { ChangeResult } from '@account-data/domain';

/**
 * What a command waits for before it answers: `appended`, the log has it; `projected` (the default), a read by this
 * engine shows it; `modules`, every module has handled, skipped or parked it (Synapse's behaviour).
 *
 * @category model
 */
export type Await = 'appended' | 'projected' | 'modules';

/** Who changes something, why, and what is waited for. @category model */
export interface ChangeOptions {
  /** Who asks. Default: the user itself. */
  readonly actor?: Actor;
  readonly reason?: string;
  /** A retry with the same key (per user and actor) answers the same and appends nothing. */
  readonly requestKey?: string;
  readonly await?: Await;
  /** How long `projected` and `modules` may take, in milliseconds; then the answer says `pending`. Default 10,000. */
  readonly timeout?: number;
  readonly correlationId?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  /**
   * The content came fresh from JSON.parse and nobody else holds it: it is checked and frozen in place instead of
   * copied. Default false.
   */
  readonly contentIsParsedJson?: boolean;
}

/** The same for a change of one key, which may depend on what is there. @category model */
export interface ConditionalChangeOptions extends ChangeOptions {
  /** Only if this (room, type) is at this revision, or one of these, has no content (`absent`), or has some, whichever (`present`). */
  readonly ifRevision?: Revision | ReadonlyArray<Revision> | 'absent' | 'present';
}

/** One change of a batch. Content `{}` deletes. @category model */
export type BatchItem =
  | {
      readonly _tag: 'SetAccountData';
      readonly roomId: string | null;
      readonly type: string;
      readonly content: unknown;
      readonly ifRevision?: Revision | ReadonlyArray<Revision> | 'absent' | 'present';
    }
  | {
      readonly _tag: 'DeleteAccountData';
      readonly roomId: string | null;
      readonly type: string;
      readonly ifRevision?: Revision | ReadonlyArray<Revision> | 'absent' | 'present';
    };

/** Takes the current content (null where there is none) and gives the next one (`{}` deletes). @category model */
export type UpdateContent = (current: JsonObject | null) => unknown;

/**
 * The commands as TaskEithers, for programs in fp-ts. Nothing happens before the task is run.
 *
 * @category model
 */
export interface CommandTasks {
  readonly setAccountData: (
    userId: string,
    roomId: string | null,
    type: string,
    content: unknown,
    options?: ConditionalChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  readonly deleteAccountData: (
    userId: string,
    roomId: string | null,
    type: string,
    options?: ConditionalChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  readonly updateAccountData: (
    userId: string,
    roomId: string | null,
    type: string,
    update: UpdateContent,
    options?: ChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  /** All changes of the batch in one append, or none. */
  readonly batch: (
    userId: string,
    items: ReadonlyArray<BatchItem>,
    options?: ChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  readonly setTag: (
    userId: string,
    roomId: string,
    tag: string,
    content: unknown,
    options?: ChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  readonly removeTag: (
    userId: string,
    roomId: string,
    tag: string,
    options?: ChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
}

/** Commands that need the history. @category model */
export interface RestoreTask {
  /**
   * Sets a key to what the change with that revision of the user's account data made of it, as a new change whose origin
   * is `restore`.
   */
  readonly restore: (
    userId: string,
    revision: Revision,
    options?: ConditionalChangeOptions,
  ) => TE.TaskEither<CommandError, ChangeResult>;
  /** What {@link restoreState} would change, ordered by room and type. Nothing is changed. */
  readonly previewRestore: (userId: string, moment: RestoreMoment, filter?: DiffFilter) => TE.TaskEither<HistoryError, ReadonlyArray<KeyRestore>>;
  /**
   * Sets keys of a user's account data to what they were at a moment, all in one append or none, as changes whose origin
   * is `restore`. Each key is restored only where it is still as it was previewed. Room tags stay as they are.
   */
  readonly restoreState: (
    userId: string,
    moment: RestoreMoment,
    keys: ReadonlyArray<RestoredKey>,
    options?: ChangeOptions,
  ) => TE.TaskEither<CommandError | HistoryError, ChangeResult>;
}

/** Erasure as a task. @category model */
export interface EraseTask {
  /**
   * Removes all account data and tags of a user, for good: a user ID that was erased can't be used again. The receipt
   * says what was removed and what remains.
   */
  readonly eraseUser: (
    userId: string,
    options?: EraseOptions,
  ) => TE.TaskEither<ErasureError | InvalidInput, ErasureReceipt>;
}

/** The same as functions that give promises and reject with the same tagged errors, as an `EngineError`. @category model */
export type CommandPromises = {
  readonly [K in keyof CommandTasks]: (...args: Parameters<CommandTasks[K]>) => Promise<ChangeResult>;
};

/** Reads. Those of the present answer at once, from the projection; those of the past read the log. @category model */
export interface Queries {
  /** The current content, frozen; undefined where there is none or it was deleted. */
  readonly get: (userId: string, roomId: string | null, type: string) => AccountDataEntry | undefined;
  readonly list: (
    userId: string,
    filter?: { readonly roomId?: string | null },
  ) => ReadonlyArray<AccountDataEntry>;
  readonly tags: (userId: string, roomId: string) => RoomTags | undefined;
  /** Changes of a user's account data: who, when, why, from what to what. Rejects with {@link HistoryFailed}. */
  readonly history: (userId: string, query?: UserHistoryQuery) => Promise<UserHistoryPage>;
  /** Changes of a user's room tags, likewise. */
  readonly tagHistory: (userId: string, query?: TagHistoryQuery) => Promise<TagHistoryPage>;
  /** All that a user had at a moment: account data and room tags. Rejects with {@link HistoryFailed}. */
  readonly asOf: (userId: string, at: AsOf) => Promise<WholeState>;
  /** What changed of a user's account data between two moments, as JSON Patch and in words. Rejects likewise. */
  readonly diff: (userId: string, query: DiffQuery) => Promise<StateDiff>;
}

/** All that a user had at a moment. @category model */
export interface WholeState extends StateAsOf {
  /** Of rooms that had any. */
  readonly tags: ReadonlyArray<RoomTags>;
}

/** Comparisons of two moments as tasks. @category model */
export interface DiffTask {
  readonly diff: (userId: string, query: DiffQuery) => TE.TaskEither<HistoryError, StateDiff>;
  /** The same, change by change: for answers that may be long. */
  readonly diffPages: (userId: string, query: DiffQuery) => TE.TaskEither<HistoryError, DiffPages>;
}

/** Rooms of this log: what modules sent, where no homeserver takes it. @category model */
export interface Rooms {
  /** Events in the order they were sent, after a position. */
  readonly read: (roomId: RoomId, after: ReadFrom, limit: number) => TE.TaskEither<ReadError, RoomSlice>;
  /** Calls back with the events after a position, and with those to come. */
  readonly follow: (
    roomId: RoomId,
    after: ReadFrom,
    onEvents: (events: ReadonlyArray<StoredRoomEvent>) => void | Promise<void>,
  ) => Subscription;
}

/**
 * The whole account data engine: commands, queries, history and modules over one event store.
 *
 * @category model
 */
export interface AccountDataEngine extends CommandPromises, Queries, LogPlaces {
  readonly logId: string;
  readonly tasks: CommandTasks & RestoreTask & EraseTask & DiffTask;
  readonly restore: (...args: Parameters<RestoreTask['restore']>) => Promise<ChangeResult>;
  /** Rejects with an {@link ErasureFailed}. */
  readonly eraseUser: (...args: Parameters<EraseTask['eraseUser']>) => Promise<ErasureReceipt>;
  /** How far each erasure is that this engine is carrying out, whether it was asked for or goes on by itself. */
  readonly runningErasures: () => ReadonlyArray<ErasureProgress>;
  readonly projection: Projection;
  /** Whoever answers from this engine at length does it in slices, which share these turns with the engine's own. */
  readonly turns: Turns;
  readonly modules: ModuleHost;
  readonly rooms: Rooms;
  /** Who looked at others' data: whoever lets them look notes it here. */
  readonly accessLog: AccessLog;
  /** Finds changes by who made them, by request key or correlation: a part of the log at a time. */
  readonly scan: LogScan;
  /** Changes in the order of the log, from a position on and then as they happen. */
  readonly feed: (options: FeedOptions) => AsyncGenerator<FeedItem, void, void>;
  /** All changes up to now, or one user's, as lines of an export: one JSON object each. */
  readonly exportLog: (options?: ExportOptions) => AsyncGenerator<TransferLine, void, void>;
  /**
   * Imports the lines of an export. A record is in the log once, however often it is imported. Rejects with
   * {@link ImportRefused} at the first line that can't be imported.
   */
  readonly importLog: (lines: AsyncIterable<string> | Iterable<string>, options?: ImportOptions) => Promise<ImportResult>;
  /** Takes the changes of a followed Synapse into the log. `source` names it: what was appended is known again by that name. */
  readonly followed: (source: string) => FollowedChanges;
  /** The position up to which reads by this engine reflect the log. */
  readonly position: () => ReadFrom;
  /** Finishes appends in flight, writes checkpoints, and closes what the engine opened (not the store it was given). */
  readonly close: () => Promise<void>;
}

