import type {
  ContentCipher,
  JsonObject,
  ParkedDelivery,
  RedriveResult,
  ReplayProgress,
  RunningReplay,
  StreamNames,
  UserId,
} from '@account-data/domain';
import type { EventStore, Position, ReadFrom, Revision, SubscriptionHealth } from '@account-data/event-store';
import type { RoomEventSink } from '@account-data/rooms';
import type { AsyncScope, Runtime, StallWatchdog } from '@account-data/runtime';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ConfiguredModule, StartFrom } from '../api/ConfiguredModule.js';
import type { AccountDataPort, HostLogger } from '../api/ports.js';
import type { DeliveryTracer, ModuleMetrics } from './ModuleMetrics.js';
import type { DeliveryRef, ModuleRef } from './ModuleRef.js';
import type { ModuleHostError } from './errors.js';

export type { ParkedDelivery, ParkedError, RedriveResult, ReplayProgress, RunningReplay } from '@account-data/domain';

/** What (user, room, type) held just before that change; null if nothing. @category model */
export type PreviousContent = (change: {
  readonly userId: UserId;
  readonly roomId: string | null;
  readonly type: string;
  readonly revision: Revision;
  readonly position: Position;
}) => Promise<JsonObject | null>;

/**
 * How delivery is owned. `exclusive`: the store has one process that writes (the embedded store), so who starts,
 * delivers. `leased`: several instances share the store; one holds a lease, in milliseconds, and the others take over
 * when it isn't renewed. `observed`: this process tells how far delivery is and never delivers.
 *
 * @category model
 */
export type Ownership =
  | { readonly _tag: 'Exclusive' }
  | { readonly _tag: 'Observed' }
  | { readonly _tag: 'Leased'; readonly lease: number };

/** What a host is made of. Times are in milliseconds. @category model */
export interface ModuleHostOptions {
  readonly store: EventStore;
  /** Of the domain's `streamNames`. */
  readonly names: StreamNames;
  readonly runtime: Runtime;
  /** Names the checkpoints: modules that make progress together. Default `default`. */
  readonly group?: string;
  /** In the order in which they are called. */
  readonly modules: ReadonlyArray<ConfiguredModule>;
  readonly accountData: AccountDataPort;
  readonly rooms: RoomEventSink;
  readonly previousContent: PreviousContent;
  /** Names this instance in checkpoints and logs. Default: a random UUID. */
  readonly owner?: string;
  readonly ownership?: Ownership;
  /** Opens what contents are sealed with in the log. Default: they are as they are. */
  readonly cipher?: ContentCipher;
  /** True for users whose data was erased: what the log still shows of them is delivered to nobody. */
  readonly isErased?: (userId: string) => boolean;
  /** Callbacks that may run at once. Default 64. */
  readonly maxInFlight?: number;
  /** Changes taken from the log and not yet handled by all, before no more are taken. Default 2,048. */
  readonly maxPending?: number;
  /**
   * Users a module may keep waiting for a retry, before it is paused until half of them are through. Default 1,000, and
   * fewer where many modules or long user ids would make the group's progress too large to be written.
   */
  readonly maxHeldUsers?: number;
  /**
   * When progress is written: after so many deliveries, or so many milliseconds after the first of them. Default
   * 10,000, and 500 where this instance alone can deliver (50 while someone here awaits modules), 50 where delivery
   * is leased (someone may await elsewhere). A callback that runs for `slowAfter` milliseconds (default 1,000) holds up
   * nobody's low-water mark any more: its user is written down as held.
   */
  readonly checkpoint?: {
    readonly deliveries?: number;
    readonly milliseconds?: number;
    readonly slowAfter?: number;
    /** How many bytes of progress the users that wait may take up. Default: three quarters of what a store takes at once. */
    readonly bytes?: number;
  };
  /** How long a module may take to be set up, in milliseconds, before the host gives up starting. Default 60,000. */
  readonly setUpTimeout?: number;
  /** How deep chains of changes caused by callbacks may be. Default 16. */
  readonly maxCausationDepth?: number;
  /** A callback that doesn't give way for so many milliseconds is named in log and metrics. Default 200. */
  readonly blockedAfter?: number;
  /** Names callbacks that never give way again, from outside this thread: `stallWatchdog` of the runtime package. */
  readonly watchdog?: StallWatchdog;
  readonly logger?: HostLogger;
  readonly metrics?: ModuleMetrics;
  readonly tracer?: DeliveryTracer;
  /** Follows modules through what they await. Default: Node's AsyncLocalStorage, by `asyncScope` of the runtime package. */
  readonly scope?: AsyncScope<ModuleRef>;
}

/** Where a module is. `since` is in milliseconds since the Unix epoch. @category model */
export type ModuleState =
  /** Delivered to with the others. */
  | { readonly _tag: 'Joined' }
  /** Behind the others and delivered to alone until it has caught up. */
  | { readonly _tag: 'CatchingUp' }
  /** Not delivered to until it is resumed, or, with `too_many_held`, until enough held users are through. */
  | { readonly _tag: 'Paused'; readonly reason: 'failures' | 'requested' | 'too_many_held'; readonly since: number }
  /** Not delivered to by this instance: another one does, and has paused it for that reason, or nobody does. */
  | { readonly _tag: 'Elsewhere'; readonly paused?: 'failures' | 'requested' | 'too_many_held' };

/** A user whose changes wait for a retry. @category model */
export interface HeldUser {
  readonly userId: string;
  readonly nextRevision: Revision;
  /** How often the next one was tried by this process. */
  readonly attempts: number;
}

/**
 * What only the instance that delivers can know of a module. A follower leaves it out, rather than telling zeros.
 *
 * @category model
 */
export interface DeliveryStatus {
  readonly parked: number;
  readonly inFlight: number;
  readonly consecutiveFailures: number;
  /** Changes taken from the log and not handled yet; there are more where `lagIsAtLeast`. */
  readonly lagEvents: number;
  readonly lagIsAtLeast: boolean;
  /** How long ago the oldest unhandled change was recorded; 0 where all is handled. */
  readonly lagSeconds: number;
}

/** How far a module is and how it does, as this instance knows it. @category model */
export interface ModuleStatus extends Partial<DeliveryStatus> {
  readonly name: string;
  readonly state: ModuleState;
  /** Everything up to here is handled, but for the held users; as it was written last, where another instance delivers. */
  readonly position: ReadFrom;
  readonly held: ReadonlyArray<HeldUser>;
  readonly replays: ReadonlyArray<RunningReplay>;
  /** Since this process started. */
  readonly deliveries: number;
  readonly failures: number;
}

/** Who delivers for the group, and how far each module is. @category model */
export interface ModuleHostStatus {
  readonly group: string;
  readonly state: 'starting' | 'delivering' | 'following' | 'stopped' | 'failed';
  /** Why it failed. */
  readonly failure?: string;
  readonly owner: string | null;
  readonly epoch: number;
  /** `Closed` where this instance does not deliver, or has no module to deliver to. */
  readonly subscription: SubscriptionHealth;
  readonly modules: ReadonlyArray<ModuleStatus>;
  /** Checkpoints of modules that are not configured: removed, or renamed. They are kept until `forget`, or until a module says that it was renamed from it. */
  readonly unknownCheckpoints: ReadonlyArray<{ readonly name: string; readonly position: ReadFrom }>;
  /** Events under the account data prefix that could not be decoded and were delivered to nobody. */
  readonly undecodable: number;
}

/**
 * What a delivery to all modules came to: `delivered` where each has handled it, `parked` where one has put it aside, else
 * `skipped` where one failed and went on. Where another instance delivers, it is not known here what was skipped, and it is
 * told as `delivered`: every module is through with it. `pending`: not every module is.
 *
 * @category model
 */
export type AwaitedDelivery = 'delivered' | 'skipped' | 'parked' | 'pending';

/** What an erasure came to in the modules. @category model */
export interface ModuleErasure {
  /** Modules that were told. */
  readonly told: ReadonlyArray<string>;
  /** Parked deliveries that were given up. */
  readonly parked: number;
}

/** Which changes are delivered again. @category model */
export interface ReplayRange {
  /** `Now` makes no sense here and is refused. */
  readonly from: StartFrom;
  /** Inclusive. Default: the end of the log when the replay begins. */
  readonly to?: Position;
}

/** Who is told how far a replay is, and what ends it early. @category model */
export interface ReplayOptions {
  readonly onProgress?: (progress: ReplayProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Delivers the changes in the log to modules: for each change the modules in order, each awaited before the next;
 * the changes of one user in order, different users side by side. What a module has handled is kept in the event store.
 *
 * @category model
 */
export interface ModuleHost {
  /** Sets the modules up and begins to deliver, or to wait for its turn. Rejects with {@link ModuleSetUpFailed} or a store's error. */
  readonly start: () => Promise<void>;
  /**
   * Lets callbacks that run finish (up to the timeout, in milliseconds, default 10,000), writes progress, lets go, and
   * stops the modules (within as long again). A change whose callback was not waited for is delivered again.
   */
  readonly stop: (timeout?: number) => Promise<void>;
  readonly status: () => ModuleHostStatus;
  /** The delivery that the code at hand runs for, if it runs for one. */
  readonly currentDelivery: () => DeliveryRef | undefined;
  /**
   * Settles as soon as every module has handled, skipped or parked that change of a user; `pending` after the timeout, in
   * milliseconds, or at once where a module is paused. Rejects with {@link AwaitInsideCallback} inside a callback. `first`
   * where it is about several changes: the first of them.
   */
  readonly waitForHandled: (
    stream: string,
    revision: Revision,
    timeout: number,
    position?: Position,
    first?: Revision,
  ) => Promise<AwaitedDelivery>;
  /** Resolved when every module that isn't paused or holding users has handled everything up to the position. */
  readonly waitForPosition: (position: Position, timeout: number) => Promise<boolean>;
  readonly pause: (module: string) => TE.TaskEither<ModuleHostError, void>;
  readonly resume: (module: string) => TE.TaskEither<ModuleHostError, void>;
  readonly parked: (module: string) => TE.TaskEither<ModuleHostError, ReadonlyArray<ParkedDelivery>>;
  /** Tries parked deliveries again, one or all in the order they were parked; those that fail stay parked. */
  readonly redrive: (
    module: string,
    which: { readonly eventId: string } | 'all',
  ) => TE.TaskEither<ModuleHostError, ReadonlyArray<RedriveResult>>;
  /** Gives parked deliveries up, one or all. Answers how many. */
  readonly dropParked: (
    module: string,
    which: { readonly eventId: string } | 'all',
  ) => TE.TaskEither<ModuleHostError, number>;
  /** Delivers a range to one module again, with `isReplay` true; its checkpoint stays where it is. */
  readonly replay: (
    module: string,
    range: ReplayRange,
    options?: ReplayOptions,
  ) => TE.TaskEither<ModuleHostError, ReplayProgress>;
  /**
   * Lets every module clean up what it holds about an erased user, in order, and gives the user's parked deliveries up.
   * Rejects with {@link ErasureCallbackFailed} at the first one that fails; asking again is safe.
   */
  readonly eraseUser: (userId: UserId) => Promise<ModuleErasure>;
  /** Removes the checkpoint of a module that is not configured any more. */
  readonly forget: (name: string) => TE.TaskEither<ModuleHostError, void>;
}
