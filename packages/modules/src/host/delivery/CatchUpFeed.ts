import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { acceptEvents } from './acceptEvents.js';
import { Partitions } from './Partitions.js';
import { type FeedOptions, type LiveFeed, relieve } from './LiveFeed.js';
import type { ModuleTrack, Source } from './ModuleTrack.js';
import type { ReadLog } from './readLog.js';
import { Semaphore } from './Semaphore.js';
import { Window } from './Window.js';

/** What modules that are behind are delivered to with. @category model */
export interface CatchUpOptions extends FeedOptions {
  readonly readLog: ReadLog;
  readonly prefix: string;
  /** Its own, so that modules that catch up don't hold the others back. */
  readonly maxInFlight: number;
  readonly live: LiveFeed;
  /** Called in the turn in which the live feed has taken nothing that this one hasn't. */
  readonly onCaughtUp: (feed: CatchUpFeed) => void;
}

/** Delivers to modules that are behind, alone, until they can join the others. */
export class CatchUpFeed implements Source {
  readonly window: Window;
  readonly partitions: Partitions;
  readonly #options: CatchUpOptions;
  #tracks: ReadonlyArray<ModuleTrack>;
  #closed = false;
  #resume: (() => void) | undefined;

  constructor(after: ReadFrom, tracks: ReadonlyArray<ModuleTrack>, options: CatchUpOptions) {
    this.#options = options;
    this.#tracks = tracks;
    this.window = new Window(after);
    this.partitions = new Partitions(new Semaphore(options.maxInFlight), options.lease, options.invoker, () => {
      this.window.done();
      this.#goOn();
    });
  }

  get tracks(): ReadonlyArray<ModuleTrack> {
    return this.#tracks;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  leave(track: ModuleTrack): void {
    this.#tracks = this.#tracks.filter((one) => one !== track);
    if (this.#tracks.length === 0) this.close();
  }

  /** Takes no more changes. What is in line goes on. */
  close(): void {
    this.#closed = true;
    this.#goOn();
  }

  /** Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      if (!(await this.#take())) continue;
      // The others stop taking changes for as long as one read takes, so that there is an end to reach.
      this.#options.live.freeze();
      try {
        await this.#takeTheRest();
      } finally {
        this.#options.live.thaw();
      }
    }
  }

  async #takeTheRest(): Promise<void> {
    while (!this.#closed) {
      if (!(await this.#take(true))) continue;
      this.#closed = true;
      this.#options.onCaughtUp(this);
    }
  }

  /** Takes one slice. True where that was the end of the log. */
  async #take(withoutWaiting = false): Promise<boolean> {
    const { readLog, prefix, batchSize, maxPending, acceptance } = this.#options;
    const slice = await readLog({ after: this.window.accepted, prefixes: [prefix], limit: batchSize });
    if (this.#closed) return false;
    if (E.isLeft(slice)) {
      this.#fail(slice.left);
      return false;
    }
    const { events, next, isEnd } = slice.right;
    const tooNew = acceptEvents(events, this.#tracks, this.window, this.partitions, acceptance);
    if (tooNew !== undefined) {
      this.#closed = true;
      this.#options.onTooNew(tooNew);
      return false;
    }
    this.window.accept(next);
    this.partitions.start();
    relieve(this, maxPending);
    if (!withoutWaiting && this.window.pending >= maxPending) await this.#room();
    else await this.#turn();
    return isEnd;
  }

  #fail(reason: unknown): void {
    this.#closed = true;
    this.#options.onFailed(reason);
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#goOn();
    });
  }

  /** Leaves room for everything else in the process. */
  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.timers.defer(resolve);
    });
  }

  #goOn(): void {
    const resume = this.#resume;
    if (resume === undefined || (!this.#closed && this.window.pending * 2 > this.#options.maxPending)) return;
    this.#resume = undefined;
    this.#options.timers.defer(resume);
  }
}
