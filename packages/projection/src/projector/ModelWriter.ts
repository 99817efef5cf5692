import { type CancelTimer, pause, type Runtime } from '@account-data/runtime';
import { LogIndex } from '../model/LogIndex.js';
import type { ReadModel } from '../model/ReadModel.js';
import { writePending } from '../model/flushModel.js';
import type { ProjectionLogger } from '../ProjectionLogger.js';
import { StorageDamaged } from '../storage/StorageProvider.js';

/** When changes are written. @category model */
export interface FlushPolicy {
  /** After so many events, */
  readonly maxEvents: number;
  /** or when nothing more came for so many milliseconds, */
  readonly idleMilliseconds: number;
  /** or so many milliseconds after the first unwritten one. */
  readonly maxMilliseconds: number;
  /** Beyond so many unwritten events, or bytes (see `Pending.bytes`), reading the log waits for the writing. */
  readonly holdEvents: number;
  readonly holdBytes: number;
}

/**
 * Live: what is unwritten is read again from the log after a crash, in about a second. Writing more at a time costs less
 * for each event, since a page that many changes share is written once; so it is written at a pause, or when it is a lot.
 *
 * @category constants
 */
export const livePolicy: FlushPolicy = {
  maxEvents: 60_000,
  idleMilliseconds: 1_000,
  maxMilliseconds: 60_000,
  holdEvents: 100_000,
  holdBytes: 64 << 20,
};

/**
 * Catching up: a large part of the log is folded in memory before it is written in the order of its keys, since then
 * each page of the storage is written a few times only.
 *
 * @category constants
 */
export const catchUpPolicy: FlushPolicy = {
  maxEvents: 250_000,
  idleMilliseconds: 10_000,
  maxMilliseconds: 10_000,
  holdEvents: 250_000,
  holdBytes: 80 << 20,
};

const retryDelays = [100, 500, 2_000, 5_000, 10_000] as const;

/**
 * Writes a model behind its back: what is folded is readable at once and written some time later. One write is on its
 * way at a time. Where storage can't take it (a full disk) it is tried again until it can.
 *
 * @category model
 */
export class ModelWriter {
  readonly #model: ReadModel;
  readonly #runtime: Runtime;
  readonly #logger: ProjectionLogger | undefined;
  #policy: FlushPolicy;
  #writing: Promise<void> | undefined;
  #timer: CancelTimer | undefined;
  #closed = false;
  /** Asked to close: what fails now is not tried again. */
  #ending = false;
  /** How many want nothing to be written now. */
  #held = 0;
  /** Ends a pause between two attempts. */
  readonly #closing = new AbortController();
  /** Why the last write could not be made; undefined when it could. */
  failure: string | undefined;
  /** Told of each failed attempt. */
  onFailure: ((failure: string) => void) | undefined;

  constructor(model: ReadModel, runtime: Runtime, policy: FlushPolicy, logger: ProjectionLogger | undefined) {
    this.#model = model;
    this.#runtime = runtime;
    this.#policy = policy;
    this.#logger = logger;
  }

  set policy(policy: FlushPolicy) {
    this.#policy = policy;
    this.#timer?.();
    this.#timer = undefined;
    this.changed();
  }

  /** Call it when events were folded, or the position moved. Starts a write where one is due. */
  changed(): void {
    const { active } = this.#model;
    if (this.#closed || this.#held > 0 || this.#writing !== undefined) return;
    if (active.events >= this.#policy.maxEvents || active.bytes >= this.#policy.holdBytes) {
      void this.#write();
      return;
    }
    if (this.#timer !== undefined || !this.#unwritten) return;
    this.#watch(0);
  }

  /** Writes at the next pause. `waited`: for how many milliseconds something has been unwritten. */
  #watch(waited: number): void {
    const { idleMilliseconds, maxMilliseconds } = this.#policy;
    const milliseconds = Math.min(idleMilliseconds, maxMilliseconds - waited);
    const { position } = this.#model;
    this.#timer = this.#runtime.timers.setBackgroundTimeout(() => {
      this.#timer = undefined;
      if (this.#closed || this.#held > 0 || this.#writing !== undefined) return;
      const waitedNow = waited + milliseconds;
      if (this.#model.position === position || waitedNow >= maxMilliseconds) void this.#write();
      else this.#watch(waitedNow);
    }, milliseconds);
  }

  /** Too much is unwritten: read on when this is resolved. Undefined where reading may go on. */
  hold(): Promise<void> | undefined {
    const { active } = this.#model;
    const { holdEvents, holdBytes } = this.#policy;
    return this.#writing !== undefined && (active.events >= holdEvents || active.bytes >= holdBytes)
      ? this.#writing
      : undefined;
  }

  /** Resolved when everything that is folded now is written, or when the writer was closed. */
  async flush(): Promise<void> {
    await this.#writing;
    // What has begun since then holds everything there was when this was asked.
    if (this.#writing !== undefined) await this.#writing;
    else if (!this.#closed && this.#unwritten) await this.#write();
  }

  /** Writes what is unwritten, unless storage refuses it (it is not tried again), and writes nothing more. */
  async close(): Promise<void> {
    this.#ending = true;
    if (this.failure === undefined) await this.flush();
    await this.abandon();
  }

  /** Writes nothing more, and leaves unwritten what is. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#timer?.();
    this.#timer = undefined;
    this.#closing.abort();
    await this.#writing;
  }

  /** Runs a function while nothing is being written, so that storage is as one write left it. */
  async quiesce<A>(run: () => A): Promise<A> {
    this.#held += 1;
    try {
      while (this.#writing !== undefined) await this.#writing;
      return run();
    } finally {
      this.#held -= 1;
      this.changed();
    }
  }

  get #unwritten(): boolean {
    return !this.#model.active.empty || this.#model.position !== this.#model.written;
  }

  #write(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    const writing = this.#writeOnce().finally(() => {
      this.#writing = undefined;
      this.changed();
    });
    this.#writing = writing;
    return writing;
  }

  async #writeOnce(): Promise<void> {
    const model = this.#model;
    const meta = model.meta();
    const pending = model.turnOver();
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (attempt > 0) {
          // What was written of it stays; the rest is told from it.
          model.log = await LogIndex.open(model.storage, model.written);
          for (const state of pending.dirty) state.isNew = false;
        }
        await writePending(model, pending, meta, this.#runtime.timers);
        model.settle(pending, meta.position);
        if (this.failure !== undefined) {
          this.failure = undefined;
          this.#logger?.log('info', 'The projection can be written again.', { position: meta.position });
        }
        return;
      } catch (error) {
        // Whoever listens for damage has stopped this writer, and nothing was written.
        if (error instanceof StorageDamaged) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.failure = `The projection can't be written: ${reason}. Reads go on; it is tried again. Is the disk full?`;
        this.#logger?.log('error', this.failure, { position: meta.position, attempt });
        this.onFailure?.(this.failure);
        if (this.#isEnding()) return;
        await pause(this.#runtime, retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 10_000, { signal: this.#closing.signal, isBackground: true });
        if (this.#isEnding()) return;
      }
    }
  }

  #isEnding(): boolean {
    return this.#closed || this.#ending;
  }
}
