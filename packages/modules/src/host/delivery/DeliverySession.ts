import {
  earliest,
  type EventStore,
  isAfter,
  isUpTo,
  latest,
  type Position,
  type ReadFrom,
  type Revision,
  type StreamName,
} from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { GroupProgress, ModuleCheckpoint } from '../progress/ModuleProgress.js';
import { CatchUpFeed } from './CatchUpFeed.js';
import type { Change } from './Change.js';
import { HandledWaiters, type WaitResult } from './HandledWaiters.js';
import { type FeedOptions, LiveFeed, relieve } from './LiveFeed.js';
import { ModuleTrack } from './ModuleTrack.js';
import type { Receiver } from './Receiver.js';
import { SkippedDeliveries } from './SkippedDeliveries.js';
import type { TrackServices } from './TrackServices.js';
import type { Window } from './Window.js';

/** What a session of delivery is made of. @category model */
export interface SessionOptions {
  readonly store: EventStore;
  /** Of the streams that are delivered from. */
  readonly prefix: string;
  readonly services: TrackServices;
  readonly feed: FeedOptions;
  readonly maxInFlight: number;
  /** Milliseconds after which a callback that runs does not hold up the low-water mark of the others. */
  readonly slowAfter: number;
  /** In the order in which they are called. */
  readonly modules: ReadonlyArray<LoadedModule>;
  /** Has a checkpoint for each of the modules, but for those of `later`. */
  readonly checkpoints: GroupProgress['modules'];
  /** Modules whose beginning has to be found first. */
  readonly later: ReadonlyArray<{ readonly module: LoadedModule; readonly begin: Promise<ReadFrom | undefined> }>;
  /** The progress is not what was written last. */
  readonly onMoved: () => void;
  /** Someone begins to wait. */
  readonly onAwaited: () => void;
}

type PauseReason = NonNullable<ModuleTrack['paused']>['reason'];

/** How many slices a look for one change may take. */
const maxLookAheadSlices = 8;

/** Delivery by this instance, from one checkpoint on until it stops or another instance takes over. */
export class DeliverySession {
  readonly waiters = new HandledWaiters();
  readonly skipped = new SkippedDeliveries();
  readonly live: LiveFeed;
  readonly #options: SessionOptions;
  readonly #tracks: Array<ModuleTrack> = [];
  readonly #catchingUp = new Set<CatchUpFeed>();
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const joined: Array<ModuleTrack> = [];
    const behind = new Map<ReadFrom, Array<ModuleTrack>>();
    for (const module of options.modules) {
      const checkpoint = options.checkpoints[module.name];
      if (checkpoint === undefined) continue;
      const track = this.#newTrack(module, checkpoint);
      if (checkpoint.paused !== undefined) continue;
      if (checkpoint.catchingUp === true) behind.set(checkpoint.low, [...(behind.get(checkpoint.low) ?? []), track]);
      else joined.push(track);
    }
    const begin = beginOf(joined, options.checkpoints);
    this.live = new LiveFeed(begin, joined, options.services.semaphore, options.feed);
    for (const track of joined) track.moveTo(this.live, track.low());
    for (const [low, tracks] of behind) this.#catchUp(low, tracks);
  }

  /** All but those whose beginning is still looked for. */
  get tracks(): ReadonlyArray<ModuleTrack> {
    return this.#tracks;
  }

  track(name: string): ModuleTrack | undefined {
    return this.#tracks.find(({ module }) => module.name === name);
  }

  start(): void {
    // Without modules nobody reads the log: a subscription costs its server as much as another client.
    if (this.#options.modules.length > 0) this.live.start(this.#options.store, this.#options.prefix);
    for (const feed of this.#catchingUp) void feed.run();
    for (const track of this.#tracks) track.held.wakeAll();
    for (const { module, begin } of this.#options.later) {
      begin.then((low) => {
        if (this.#closed || low === undefined) return;
        const track = this.#newTrack(module, { low, held: [], catchingUp: true });
        this.#options.onMoved();
        void this.#catchUp(low, [track]).run();
      }, this.#options.services.fail);
    }
  }

  /** What each module has handled, for the checkpoint. */
  checkpoints(): Record<string, ModuleCheckpoint> {
    const slowSince = this.#options.services.runtime.clock.monotonic() - this.#options.slowAfter;
    for (const source of [this.live, ...this.#catchingUp]) relieve(source, Number.POSITIVE_INFINITY, slowSince);
    const cache = new Map<Window, ReadonlyMap<Receiver, ReadFrom>>();
    const lows = (window: Window): ReadonlyMap<Receiver, ReadFrom> => {
      const known = cache.get(window) ?? window.lows();
      cache.set(window, known);
      return known;
    };
    const checkpoints: Record<string, ModuleCheckpoint> = {};
    for (const track of this.#tracks) {
      checkpoints[track.module.name] = track.checkpoint(track.low(lows), this.isJoined(track));
    }
    return checkpoints;
  }

  isJoined(track: ModuleTrack): boolean {
    return track.source === this.live;
  }

  /** Resolved when every module is through with that change of a user. */
  async waitForHandled(
    user: string,
    stream: StreamName,
    revision: Revision,
    signal: AbortSignal,
  ): Promise<WaitResult> {
    if (this.#closed) return 'moved';
    const outstanding: Array<ModuleTrack> = [];
    const unknown: Array<ModuleTrack> = [];
    for (const track of this.#tracks) {
      if (track.paused !== undefined) return 'pending';
      const progress = track.progressOf(user, revision);
      if (progress === 'handled') continue;
      outstanding.push(track);
      if (progress === 'unknown') unknown.push(track);
    }
    // Modules whose beginning is still looked for have not come to it either.
    if (outstanding.length === 0) return this.#tracks.length === this.#options.modules.length ? 'delivered' : 'pending';
    const { result, cancel } = this.waiters.wait(user, revision, outstanding);
    this.#options.onAwaited();
    signal.addEventListener('abort', cancel, { once: true });
    for (const track of unknown) this.#lookFor(track, user, stream, revision).catch(this.#options.services.fail);
    return result;
  }

  /** Whether every module that isn't paused has handled everything up to a position, but for held users. */
  async isPast(position: Position): Promise<boolean> {
    if (this.#tracks.length < this.#options.modules.length) return false;
    const behind = this.#tracks.filter((track) => track.paused === undefined && !track.hasHeard(position));
    if (behind.length === 0) return true;
    // What was taken from the log ends before the position where only other events come after it.
    const { accepted } = this.live.window;
    if (accepted !== 'start' && behind.some((track) => track.source !== this.live || !track.hasHeard(accepted))) return false;
    const slice = await this.#options.services.readLog({ after: accepted, prefixes: [this.#options.prefix], limit: 1 });
    if (E.isLeft(slice)) return false;
    const [next] = slice.right.events;
    return next === undefined ? isUpTo(position, slice.right.next) : isAfter(next.position, position);
  }

  /** Whether, besides, every held user was tried. */
  async isTriedUpTo(position: Position): Promise<boolean> {
    const isTried = (track: ModuleTrack): boolean => track.paused !== undefined || track.held.isTriedUpTo(position);
    return this.#tracks.every(isTried) && (await this.isPast(position));
  }

  pause(track: ModuleTrack, reason: PauseReason): void {
    track.notWhenSettled();
    if (track.paused !== undefined && track.paused.reason !== 'too_many_held') return;
    const { services } = this.#options;
    track.pause(reason, services.runtime.clock.now());
    this.live.leave(track);
    for (const feed of this.#catchingUp) {
      feed.leave(track);
      if (feed.isClosed) this.#catchingUp.delete(feed);
    }
    this.waiters.paused(track);
    services.logger.log('error', 'A module is paused', { module: track.module.name, reason });
    this.#options.onMoved();
  }

  resume(track: ModuleTrack): void {
    track.whenSettled(() => {
      if (track.paused === undefined || this.#closed) return;
      const low = track.resume();
      this.#options.services.logger.log('info', 'A module is delivered to again', { module: track.module.name });
      this.#options.onMoved();
      void this.#catchUp(low, [track]).run();
      track.held.wakeAll();
    });
  }

  /** Takes no more changes and starts no more retries. Callbacks that run are not touched. */
  async close(): Promise<void> {
    this.#closed = true;
    this.waiters.close();
    for (const track of this.#tracks) track.held.close();
    for (const feed of this.#catchingUp) feed.close();
    await this.live.close();
  }

  #newTrack(module: LoadedModule, checkpoint: ModuleCheckpoint): ModuleTrack {
    const { services, onMoved, modules } = this.#options;
    const track = new ModuleTrack(module, checkpoint, services, {
      handled: (handledTrack, change: Change, outcome) => {
        if (outcome === 'skipped') this.skipped.add(change);
        // First: what is waited for is to be written as soon as for those who wait, though nobody may after this.
        onMoved();
        this.waiters.handledChange(handledTrack, change);
      },
      moved: onMoved,
      pauseRequested: (which, reason) => {
        this.pause(which, reason);
      },
      heldReleased: (which) => {
        if (which.paused?.reason === 'too_many_held' && which.held.hasRoom) this.resume(which);
        onMoved();
      },
    });
    this.#tracks.push(track);
    this.#tracks.sort((a, b) => modules.indexOf(a.module) - modules.indexOf(b.module));
    return track;
  }

  #catchUp(low: ReadFrom, tracks: ReadonlyArray<ModuleTrack>): CatchUpFeed {
    const { feed, services, prefix, maxInFlight } = this.#options;
    const catchUp = new CatchUpFeed(low, tracks, {
      ...feed,
      readLog: services.readLog,
      prefix,
      maxInFlight,
      live: this.live,
      onCaughtUp: (caughtUp) => {
        this.#join(caughtUp);
      },
    });
    for (const track of tracks) track.moveTo(catchUp, low);
    this.#catchingUp.add(catchUp);
    return catchUp;
  }

  #join(feed: CatchUpFeed): void {
    this.#catchingUp.delete(feed);
    // What it has still in line is told user by user, so that one line alone counts for the low-water mark.
    feed.partitions.exceptAll();
    feed.window.trim();
    const order = (a: ModuleTrack, b: ModuleTrack): number => this.#tracks.indexOf(a) - this.#tracks.indexOf(b);
    for (const track of feed.tracks) {
      track.moveTo(this.live, feed.window.accepted);
      this.live.join(track, order);
      this.#options.services.logger.log('info', 'A module has caught up', { module: track.module.name });
    }
    this.#options.onMoved();
  }

  /** A change that is nowhere in line has either not come yet or is through: it is through if it isn't ahead. */
  async #lookFor(track: ModuleTrack, user: string, stream: StreamName, revision: Revision): Promise<void> {
    const source = track.source;
    if (source === undefined) return;
    let after = source.window.accepted;
    for (let i = 0; i < maxLookAheadSlices; i += 1) {
      const slice = await this.#options.services.readLog({ after, prefixes: [stream], limit: 100 });
      if (E.isLeft(slice)) return;
      if (slice.right.events.some((event) => event.stream === stream && event.revision === revision)) return;
      if (slice.right.isEnd) {
        this.waiters.handled(track, user, revision);
        return;
      }
      after = slice.right.next;
    }
  }
}

/** Where those that are delivered to together begin: at the earliest of them, each hearing only what is new to it. */
const beginOf = (joined: ReadonlyArray<ModuleTrack>, checkpoints: GroupProgress['modules']): ReadFrom => {
  let begin: ReadFrom | undefined;
  for (const track of joined) begin = begin === undefined ? track.low() : earliest(begin, track.low());
  if (begin !== undefined) return begin;
  return Object.values(checkpoints).reduce((place: ReadFrom, { low }) => latest(place, low), 'start');
};
