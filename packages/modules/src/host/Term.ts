import {
  type EventStore,
  type Position,
  type ReadError,
  type ReadFrom,
  type Revision,
  StreamName,
} from '@account-data/event-store';
import { type Runtime, settlesWithin } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { HostLogger } from '../api/ports.js';
import type { ReadChange } from './delivery/Change.js';
import { DeliverySession, findTime } from './delivery/DeliverySession.js';
import { endLooking } from './delivery/endLooking.js';
import { type ParkedFinding, findParked } from './delivery/findParked.js';
import { Lease } from './delivery/Lease.js';
import type { Invoker } from './delivery/Invoker.js';
import type { FeedOptions } from './delivery/LiveFeed.js';
import { readLogWith } from './delivery/readLog.js';
import { type ReplayStop, replay } from './delivery/replay.js';
import { Semaphore } from './delivery/Semaphore.js';
import { Suspects } from './delivery/Suspects.js';
import type { TrackServices } from './delivery/TrackServices.js';
import type { LoadedModule } from './LoadedModule.js';
import type { ReplayOptions, ReplayProgress, RunningReplay } from './ModuleHost.js';
import type { ModuleMetrics } from './ModuleMetrics.js';
import type { ParkedRecord } from './parked/ParkedStream.js';
import type { ParkedStreams } from './parked/ParkedStreams.js';
import { fitProgress } from './progress/fitProgress.js';
import type { InitialCheckpoints } from './progress/initialCheckpoints.js';
import type { GroupProgress } from './progress/ModuleProgress.js';
import { ProgressWriter } from './progress/ProgressWriter.js';
import type { Suspicion } from './progress/suspicionOf.js';

/** What delivery is done with. Times are in milliseconds. @category model */
export interface TermOptions {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly logger: HostLogger;
  readonly metrics: ModuleMetrics | undefined;
  readonly invoker: Invoker;
  readonly modules: ReadonlyArray<LoadedModule>;
  readonly parked: ParkedStreams;
  readonly owner: string;
  readonly accountDataPrefix: string;
  readonly progressStream: StreamName;
  readonly readChange: ReadChange;
  readonly isErased: (userId: string) => boolean;
  readonly maxInFlight: number;
  readonly maxPending: number;
  readonly maxHeldUsers: number;
  /** How large the group's progress may be, but for what does not grow. */
  readonly progressBytes: number;
  readonly checkpointDeliveries: number;
  readonly checkpointMilliseconds: number;
  readonly checkpointMillisecondsAwaited: number;
  readonly slowAfter: number;
  /** Milliseconds; null where delivery is not leased. */
  readonly lease: number | null;
}

/** What was written when this instance took delivery over. */
export interface Acquisition {
  readonly epoch: number;
  readonly revision: Revision;
  readonly initial: InitialCheckpoints;
  /** When the append was begun, by the monotonic clock. */
  readonly begun: number;
  readonly suspicion: Suspicion;
}

/** How a term ended by itself. */
export type TermEnd =
  | { readonly _tag: 'Lost' }
  | { readonly _tag: 'Failed'; readonly problem: string };

/** The share of the lease that its holder makes use of: the rest is for clocks that don't run alike. */
const usableShare = 0.8;

/** Held users of all modules may take up so much of the progress; the rest is for those whose callbacks run or are slow. */
const heldShare = 2 / 3;

const batchSize = 512;

/** The time during which this instance delivers for the group; its number is what the module API calls `epoch`. */
export class Term {
  readonly session: DeliverySession;
  readonly epoch: number;
  /** Resolved when it ends by itself. */
  readonly ended: Promise<TermEnd>;
  /** Resolved when it was told to stop. */
  readonly stopped: Promise<void>;
  readonly #options: TermOptions;
  readonly #lease: Lease;
  readonly #suspects: Suspects;
  readonly #writer: ProgressWriter;
  readonly #services: TrackServices;
  readonly #feed: FeedOptions;
  readonly #forgotten = new Set<string>();
  readonly #replays = new Map<RunningReplay, string>();
  readonly #initial: InitialCheckpoints;
  #end: (end: TermEnd) => void = () => undefined;
  #onStopped: () => void = () => undefined;
  #closed = false;
  #released = false;
  #undecodable = 0;
  /** Modules whose progress was written with less than is known. */
  #widened: ReadonlySet<string> = new Set();

  constructor(acquired: Acquisition, options: TermOptions) {
    const { runtime, lease, store } = options;
    this.#options = options;
    this.#initial = acquired.initial;
    this.epoch = acquired.epoch;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.stopped = new Promise((resolve) => {
      this.#onStopped = resolve;
    });
    this.#suspects = new Suspects(acquired.suspicion, () => this.#writer.write());
    this.#lease = new Lease(acquired.epoch, this.#validUntil(acquired.begun), runtime.clock, this.#suspects);
    this.#writer = new ProgressWriter(acquired.revision, {
      store,
      stream: options.progressStream,
      runtime,
      snapshot: () => this.#snapshot(),
      delay: () =>
        this.session.waiters.size > 0 ? options.checkpointMillisecondsAwaited : options.checkpointMilliseconds,
      maxUnwritten: options.checkpointDeliveries,
      onLost: () => {
        this.#endWith({ _tag: 'Lost' });
      },
      onFailed: (error) => {
        this.#fail(error);
      },
      onWritten: (begun, milliseconds) => {
        this.#lease.renew(this.#validUntil(begun));
        options.metrics?.checkpointWritten(milliseconds);
      },
    });
    this.#services = this.#newServices();
    this.#feed = this.#newFeed();
    this.session = this.#newSession();
    if (lease !== null) this.#renewEvery(lease / 4);
  }

  get undecodable(): number {
    return this.#undecodable;
  }

  start(): void {
    this.session.start();
    const { upTo } = this.#suspects;
    if (upTo !== undefined) this.#lookUpTo(upTo);
  }

  /** Checkpoints of modules that are not configured. */
  unknownCheckpoints(): GroupProgress['modules'] {
    const unknown: Record<string, GroupProgress['modules'][string]> = {};
    const configured = new Set(this.#options.modules.map(({ name }) => name));
    for (const [name, checkpoint] of Object.entries(this.#initial.checkpoints)) {
      if (!configured.has(name) && !this.#forgotten.has(name)) unknown[name] = checkpoint;
    }
    return unknown;
  }

  /** Writes progress now. */
  write(): Promise<void> {
    return this.#writer.write();
  }

  /** Removes the checkpoint of a module that is not configured. */
  async forget(name: string): Promise<void> {
    this.#forgotten.add(name);
    await this.#writer.write();
  }

  /** The replays that run for a module. */
  replays(module: string): ReadonlyArray<RunningReplay> {
    return [...this.#replays].filter(([, name]) => name === module).map(([running]) => running);
  }

  /** Delivers a range to one module again. */
  async replay(
    module: LoadedModule,
    from: ReadFrom,
    to: Position,
    options: ReplayOptions,
  ): Promise<E.Either<ReplayStop, ReplayProgress>> {
    const { accountDataPrefix } = this.#options;
    const ended = Promise.race([this.ended, this.stopped]);
    let running: RunningReplay = { position: from, deliveries: 0, failures: 0, to };
    this.#replays.set(running, module.name);
    const onProgress = (progress: ReplayProgress): void => {
      this.#replays.delete(running);
      running = { ...progress, to };
      this.#replays.set(running, module.name);
      options.onProgress?.(progress);
    };
    try {
      return await replay(module, from, to, accountDataPrefix, this.#services, this.#feed, ended, { ...options, onProgress });
    } finally {
      this.#replays.delete(running);
    }
  }

  /** The change that a parked delivery is about. */
  async findParked(record: ParkedRecord): Promise<E.Either<ReadError, ParkedFinding>> {
    const { accountDataPrefix, isErased, readChange } = this.#options;
    if (isErased(record.stream.slice(accountDataPrefix.length))) return E.right({ _tag: 'Gone' });
    return findParked(record, this.#services.readLog, readChange);
  }

  /** The place before the first change recorded at that time or later. */
  findTime(time: number): Promise<ReadFrom | undefined> {
    return findTime(time, this.#options.accountDataPrefix, this.#services.readLog, () => this.#closed);
  }

  /** Starts no more callbacks, lets those that run finish for so many milliseconds, writes progress and lets go. */
  async stop(timeout: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onStopped();
    const { invoker, runtime } = this.#options;
    const closing = this.session.close();
    this.#lease.shut();
    if (!(await settlesWithin(runtime, timeout, invoker.idle()))) invoker.abandonAll(new Error('The host stops.'));
    await closing;
    this.#released = true;
    if (!(await settlesWithin(runtime, Math.max(timeout, 1_000), this.#writer.write()))) {
      this.#options.logger.log('error', 'The last progress of the modules could not be written in time', {});
    }
    this.#writer.stop();
  }

  /** Takes nothing more and writes nothing more, because someone else does or nobody can. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#lease.shut();
    this.#writer.stop();
    await this.session.close();
  }

  #newServices(): TrackServices {
    const options = this.#options;
    const { runtime, store, logger } = options;
    return {
      runtime,
      logger,
      lease: this.#lease,
      invoker: options.invoker,
      semaphore: new Semaphore(options.maxInFlight),
      maxHeldUsers: options.maxHeldUsers,
      maxHeldBytes: (options.progressBytes * heldShare) / Math.max(1, options.modules.length),
      metrics: options.metrics,
      readLog: readLogWith(store, runtime, () => this.#closed),
      readChange: options.readChange,
      streamOf: (userId) => StreamName(options.accountDataPrefix + userId),
      isErased: options.isErased,
      park: async (module, change, attempts, error) => {
        const isParked = await options.parked.park(module, change, attempts, error);
        if (isParked) this.#suspects.parked(module, change.eventId);
        return isParked;
      },
      fail: (reason) => {
        this.#fail(reason);
      },
    };
  }

  #newFeed(): FeedOptions {
    const options = this.#options;
    return {
      lease: this.#lease,
      invoker: options.invoker,
      maxPending: options.maxPending,
      batchSize,
      timers: options.runtime.timers,
      acceptance: {
        clock: options.runtime.clock,
        readChange: options.readChange,
        isErased: options.isErased,
        logger: options.logger,
        undecodable: () => {
          this.#undecodable += 1;
        },
      },
      onTooNew: ({ event, problem }) => {
        this.#endWith({
          _tag: 'Failed',
          problem: `The event at position ${event.position} of ${event.stream} can't be passed over: ${problem}`,
        });
      },
      onFailed: (reason) => {
        this.#fail(reason);
      },
    };
  }

  #newSession(): DeliverySession {
    const options = this.#options;
    return new DeliverySession({
      store: options.store,
      prefix: options.accountDataPrefix,
      maxInFlight: options.maxInFlight,
      slowAfter: options.slowAfter,
      modules: options.modules,
      checkpoints: this.#initial.checkpoints,
      later: this.#initial.later.map(({ module, time }) => ({ module, begin: this.findTime(time) })),
      services: this.#services,
      feed: this.#feed,
      onMoved: () => {
        this.#writer.touch();
      },
      onAwaited: () => {
        this.#writer.hurry();
      },
    });
  }

  #snapshot(): GroupProgress {
    const { owner, progressBytes, logger } = this.#options;
    const modules = { ...this.unknownCheckpoints(), ...this.session.checkpoints() };
    const all: GroupProgress = {
      owner: this.#released ? null : owner,
      epoch: this.epoch,
      modules,
      ...this.#suspects.stored(this.#released),
    };
    const { progress, widened } = fitProgress(all, progressBytes);
    for (const module of widened) {
      if (this.#widened.has(module)) continue;
      logger.log('warn', 'Too many users wait to be written down: after a crash the module hears of handled changes again', { module });
    }
    this.#widened = new Set(widened);
    return progress;
  }

  #validUntil(begun: number): number {
    const { lease } = this.#options;
    return lease === null ? Number.POSITIVE_INFINITY : begun + lease * usableShare;
  }

  #renewEvery(milliseconds: number): void {
    const { runtime } = this.#options;
    runtime.timers.setBackgroundTimeout(() => {
      if (this.#closed) return;
      if (runtime.clock.monotonic() - this.#writer.lastBegun >= milliseconds * 0.9) void this.#writer.write();
      this.#renewEvery(milliseconds);
    }, milliseconds);
  }

  /** What comes after a whole window can't have been running at the death. */
  #lookUpTo(position: Position): void {
    const { runtime, maxPending, logger } = this.#options;
    endLooking(this.#suspects, {
      runtime,
      maxTurns: maxPending,
      isThrough: () => this.session.isTriedUpTo(position),
      isClosed: () => this.#closed,
      onEnded: () => {
        const message = 'None of the changes that may have been handled then ended the process: they are delivered side by side again';
        logger.log('info', message, { deliveries: this.#suspects.taken });
        this.#writer.touch();
      },
      onFailed: (reason) => {
        this.#fail(reason);
      },
    });
  }

  #fail(reason: unknown): void {
    this.#endWith({ _tag: 'Failed', problem: describeProblem(reason) });
  }

  #endWith(end: TermEnd): void {
    if (this.#closed) return;
    // At once, before anything else of this runs.
    this.#lease.shut();
    this.abandon().catch((error: unknown) => {
      this.#options.logger.log('error', 'The delivery to modules could not be ended cleanly', { problem: describeProblem(error) });
    });
    this.#end(end);
  }
}

const describeProblem = (reason: unknown): string => {
  if (reason instanceof Error) return reason.message;
  if (typeof reason === 'object' && reason !== null) {
    if ('message' in reason && typeof reason.message === 'string') return reason.message;
    if ('code' in reason && typeof reason.code === 'string') return reason.code;
  }
  return 'The event store failed.';
};
