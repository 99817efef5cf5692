import type { AppendError, EventStore, ExpectedRevision, ProposedEvent, Revision, StreamName } from '@account-data/event-store';
import { type Backoff, backoffDelay, type CancelTimer, pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { type GroupProgress, encodeProgress, moduleProgressType, moduleProgressVersion } from './ModuleProgress.js';

/** When progress is written, and who is told what became of it. @category model */
export interface ProgressWriterOptions {
  readonly store: EventStore;
  readonly stream: StreamName;
  readonly runtime: Runtime;
  /** What is true now. */
  readonly snapshot: () => GroupProgress;
  /** Milliseconds from the first thing to write until it is written. */
  readonly delay: () => number;
  /** Or after so many things. */
  readonly maxUnwritten: number;
  /** Someone else has written: this instance is not the owner. */
  readonly onLost: () => void;
  /** The store is gone for good, or refuses. */
  readonly onFailed: (reason: unknown) => void;
  /** An append that was begun at that time, by the monotonic clock, has been acknowledged. */
  readonly onWritten: (begun: number, milliseconds: number) => void;
}

/**
 * Writes the group's progress, one append at a time, each at the exact revision that the one before it left: nobody
 * else can have written in between. Where the outcome is unknown, the same event is appended again until it is known.
 */
export class ProgressWriter {
  readonly #options: ProgressWriterOptions;
  #head: ExpectedRevision;
  #unwritten = 0;
  #cancelTimer: CancelTimer | undefined;
  /** When it is written at the latest, by the monotonic clock, while the timer runs. */
  #deadline = 0;
  #writing: Promise<void> | undefined;
  #lastBegun: number;
  #stopped = false;

  constructor(head: Revision, options: ProgressWriterOptions) {
    this.#options = options;
    this.#head = head;
    this.#lastBegun = options.runtime.clock.monotonic();
  }

  /** When the last append was begun, by the monotonic clock. */
  get lastBegun(): number {
    return this.#lastBegun;
  }

  /** There is one thing more to write. */
  touch(): void {
    this.#unwritten += 1;
    if (this.#unwritten >= this.#options.maxUnwritten) void this.#begin();
    else if (this.#cancelTimer === undefined && this.#writing === undefined) this.#arm();
  }

  /** Writes soon, although it was not in a hurry before. It never makes what is to be written wait for longer. */
  hurry(): void {
    if (this.#cancelTimer === undefined) return;
    if (this.#options.runtime.clock.monotonic() + this.#options.delay() >= this.#deadline) return;
    this.#cancelTimer();
    this.#arm();
  }

  /** Resolved when everything up to now is written, or can't be any more. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#unwritten > 0) await this.write();
  }

  /** Writes now, whether or not there is something new. */
  async write(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#begin();
  }

  /** Writes nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #arm(): void {
    const { runtime, delay } = this.#options;
    const milliseconds = delay();
    this.#deadline = runtime.clock.monotonic() + milliseconds;
    this.#cancelTimer = runtime.timers.setTimeout(() => {
      this.#cancelTimer = undefined;
      void this.#begin();
    }, milliseconds);
  }

  #begin(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#stopped) return Promise.resolve();
    this.#writing ??= this.#appendOrFail();
    return this.#writing;
  }

  /** Never rejects: nobody waits for most of what is written. */
  async #appendOrFail(): Promise<void> {
    try {
      await this.#append();
    } catch (error) {
      this.stop();
      this.#options.onFailed(error);
    }
    this.#writing = undefined;
    if (this.#unwritten > 0 && !this.#stopped) this.#arm();
  }

  async #append(): Promise<void> {
    const { store, stream, runtime } = this.#options;
    this.#unwritten = 0;
    const event = progressEvent(this.#options.snapshot(), runtime);
    const begun = runtime.clock.monotonic();
    this.#lastBegun = begun;
    const written = await appendProgress(store, stream, event, this.#head, runtime, () => this.#stopped);
    if (E.isRight(written)) {
      this.#head = written.right;
      this.#options.onWritten(begun, runtime.clock.monotonic() - begun);
      return;
    }
    if (this.#stopped) return;
    this.stop();
    if (written.left._tag === 'RevisionConflict') this.#options.onLost();
    else this.#options.onFailed(written.left);
  }
}

/** A new event of progress, which takes the place of the one before. @category constructors */
export const progressEvent = (progress: GroupProgress, runtime: Runtime): ProposedEvent => ({
  id: runtime.random.uuid(),
  type: moduleProgressType,
  data: encodeProgress(progress),
  metadata: { schemaVersion: moduleProgressVersion },
});

const retry: Backoff = { first: 50, longest: 2_000 };

/** Appends, again and again while the outcome is unknown; answers the stream's revision after it. */
export const appendProgress = async (
  store: EventStore,
  stream: StreamName,
  event: ProposedEvent,
  expected: ExpectedRevision,
  runtime: Runtime,
  isStopped: () => boolean,
): Promise<E.Either<AppendError, Revision>> => {
  for (let failures = 1; ; failures += 1) {
    const appended = await store.append(stream, [event], expected)();
    if (E.isRight(appended)) return E.right(appended.right.revision);
    const { _tag } = appended.left;
    if ((_tag !== 'OutcomeUnknown' && _tag !== 'StoreUnavailable') || isStopped()) return appended;
    await pause(runtime, backoffDelay(runtime, retry, failures), { isBackground: true });
  }
};
