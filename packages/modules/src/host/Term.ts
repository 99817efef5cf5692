import { type Position, type ReadError, type ReadFrom, StreamName } from '@account-data/event-store';
import { settlesWithin } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { DeliverySession } from './delivery/DeliverySession.js';
import { findTime } from './delivery/findTime.js';
import { endLooking } from './delivery/endLooking.js';
import { type ParkedFinding, findParked } from './delivery/findParked.js';
import { Lease } from './delivery/Lease.js';
import type { FeedOptions } from './delivery/LiveFeed.js';
import { readLogWith } from './delivery/readLog.js';
import { type ReplayStop, replay } from './delivery/replay.js';
import { Semaphore } from './delivery/Semaphore.js';
import { Suspects } from './delivery/Suspects.js';
import type { TrackServices } from './delivery/TrackServices.js';
import { describeProblem } from './describeProblem.js';
import type { LoadedModule } from './LoadedModule.js';
import type { ReplayOptions, ReplayProgress, RunningReplay } from './ModuleHost.js';
import type { ParkedRecord } from './parked/ParkedStream.js';
import type { InitialCheckpoints } from './progress/initialCheckpoints.js';
import type { GroupProgress } from './progress/ModuleProgress.js';
import { ProgressWriter } from './progress/ProgressWriter.js';
import { TermProgress } from './progress/TermProgress.js';
import { RunningReplays } from './RunningReplays.js';
import { termFeed } from './termFeed.js';
import type { Acquisition, TermEnd, TermOptions } from './TermOptions.js';

/** The share of the lease that its holder makes use of: the rest is for clocks that don't run alike. */
const usableShare = 0.8;

/** Held users of all modules may take up so much of the progress; the rest is for those whose callbacks run or are slow. */
const heldShare = 2 / 3;

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
  readonly #replays = new RunningReplays();
  readonly #progress: TermProgress;
  readonly #initial: InitialCheckpoints;
  #end: (end: TermEnd) => void = () => undefined;
  #onStopped: () => void = () => undefined;
  #closed = false;
  #released = false;
  #undecodable = 0;

  constructor(acquired: Acquisition, options: TermOptions) {
    const { runtime, lease, store } = options;
    this.#options = options;
    this.#initial = acquired.initial;
    this.#progress = new TermProgress(acquired.initial.checkpoints, options);
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
    this.#feed = termFeed(options, this.#lease, {
      onUndecodable: () => {
        this.#undecodable += 1;
      },
      onEnd: (end) => {
        this.#endWith(end);
      },
      onFailed: (reason) => {
        this.#fail(reason);
      },
    });
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
    return this.#progress.unknown();
  }

  /** Writes progress now. */
  write(): Promise<void> {
    return this.#writer.write();
  }

  /** Removes the checkpoint of a module that is not configured. */
  async forget(name: string): Promise<void> {
    this.#progress.forget(name);
    await this.#writer.write();
  }

  /** The replays that run for a module. */
  replays(module: string): ReadonlyArray<RunningReplay> {
    return this.#replays.of(module);
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
    return this.#replays.follow(module.name, from, to, options, (followed) =>
      replay(module, from, to, accountDataPrefix, this.#services, this.#feed, ended, followed),
    );
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
    return this.#progress.toWrite({
      owner: this.#released ? null : this.#options.owner,
      epoch: this.epoch,
      modules: this.session.checkpoints(),
      ...this.#suspects.stored(this.#released),
    });
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
