import type { PositionedEvent, ReadFrom } from '@account-data/event-store';
import type { ProjectionOptions } from '../ProjectionOptions.js';
import type { ProjectionFailure } from '../errors.js';
import type { ReadModel } from '../model/ReadModel.js';
import type { RebuildProgress, VerifyProgress } from '../ProjectionHealth.js';
import { Announcer, userOf } from './Announcer.js';
import type { OpenedModel } from './openModel.js';
import { Projector } from './Projector.js';
import { Waiters } from './Waiters.js';

/** What was live until another took its place. @category model */
export interface Predecessor extends OpenedModel {
  readonly projector: Projector;
}

/** A projector that is to take the live one's place. @category model */
export interface Successor {
  readonly name: string;
  readonly projector: Projector;
  /** True from when it may take over: its storage is written and named as the current one. */
  readonly armed: boolean;
  /** It took over. `previous` reads the log no more; its storage is still open. */
  readonly onSwapped: (previous: Predecessor) => void;
  /** Told of each batch it folded. */
  readonly onBatch: () => void;
  /** It stopped for good, and will never take over. */
  readonly onFailure: (failure: ProjectionFailure) => void;
}

/**
 * The model that reads are answered from, and how another one takes its place: in one turn, at a moment when it knows no
 * less, so that whoever waits or listens misses nothing and hears nothing twice.
 *
 * @category model
 */
export class LiveModel {
  readonly options: ProjectionOptions;
  readonly announcer: Announcer;
  #name: string;
  #projector: Projector;
  #successor: Successor | undefined;
  /** Whom what the successor folded and the live one has not is about, and where it stands. */
  readonly #ahead = new Map<string, number>();
  readonly #onClose = new Set<() => void>();
  readonly #replaced: Waiters;
  rebuild: RebuildProgress | undefined;
  verification: VerifyProgress | undefined;
  closed = false;
  /** What the live models folded while they were the live one: a rebuild beside it is not counted. */
  foldedEvents = 0;
  /** Told once of each live model whose storage is found to be damaged. */
  onDamaged: (() => void) | undefined;

  constructor(options: ProjectionOptions, { name, model }: OpenedModel, head: ReadFrom) {
    this.options = options;
    this.announcer = new Announcer(options.runtime.timers, (error) => {
      options.logger?.log('error', 'A listener for changes of the projection threw.', {
        error: error instanceof Error ? error.message : String(error),
      });
    });
    this.#replaced = new Waiters(options.runtime.timers);
    this.#name = name;
    this.#projector = this.projectorOf(model);
    this.#projector.start(head);
  }

  /** The generation of storage that it lives in. */
  get name(): string {
    return this.#name;
  }

  get projector(): Projector {
    return this.#projector;
  }

  get model(): ReadModel {
    return this.#projector.model;
  }

  projectorOf(model: ReadModel): Projector {
    const { store, runtime, logger, flush } = this.options;
    const created = new Projector({
      model,
      store,
      runtime,
      logger,
      live: { ...flush },
      onBatch: (projector, folded) => {
        this.#folded(projector, folded);
      },
      onFailure: (projector, failure) => {
        if (projector === this.#successor?.projector) this.#successor.onFailure(failure);
        else if (projector === this.#projector && failure.code === 'storage_damaged') this.onDamaged?.();
      },
    });
    model.storage.onDamage(({ message }) => {
      created.stopDamaged(message);
    });
    return created;
  }

  /** True as soon as it is ready; false after the timeout, if there is one, or where it never will be. */
  async waitUntilReady(timeout: number | undefined): Promise<boolean> {
    const projector = this.#projector;
    if (await projector.waitUntilReady(timeout)) return true;
    // Another is being built in its place.
    return projector.failed?.code === 'storage_damaged' && this.#replaced.wait('live', 1, timeout);
  }

  /** Lets another projector run beside the live one until it takes over. */
  succeedBy(successor: Successor): void {
    this.#successor = successor;
    this.#ahead.clear();
  }

  /** The live one stays. */
  forgetSuccessor(): void {
    this.#successor = undefined;
    this.#ahead.clear();
  }

  /** Takes the successor over if it may and knows no less. */
  swapIfPossible(): void {
    const successor = this.#successor;
    if (successor === undefined || this.closed) return;
    const { projector, name, armed } = successor;
    if (!armed || !projector.ready || projector.model.position < this.model.position) return;
    const previous = { name: this.#name, model: this.model, projector: this.#projector };
    const users = new Set<string>();
    for (const [user, position] of this.#ahead) if (position > previous.model.position) users.add(user);
    this.forgetSuccessor();
    this.#projector = projector;
    this.#name = name;
    void previous.projector.stop();
    this.#replaced.reached('live', 1);
    this.announcer.announceSwap(projector.model, users);
    successor.onSwapped(previous);
  }

  #folded(projector: Projector, folded: ReadonlyArray<PositionedEvent>): void {
    if (projector === this.#projector) {
      this.foldedEvents += folded.length;
      this.announcer.announce(projector.model, folded);
    }
    const successor = this.#successor;
    if (successor === undefined) return;
    if (projector === successor.projector) {
      this.#collect(projector.model, folded);
      successor.onBatch();
    }
    this.swapIfPossible();
  }

  #collect(model: ReadModel, folded: ReadonlyArray<PositionedEvent>): void {
    const known = this.model.position;
    const last = folded.at(-1);
    if (last === undefined || Number(last.position) <= known) return;
    for (const event of folded) {
      const user = Number(event.position) > known ? userOf(model, event) : undefined;
      if (user !== undefined) this.#ahead.set(user, Number(event.position));
    }
  }

  /** Calls back when it is closed; the result takes that back. */
  onClose(callback: () => void): () => void {
    this.#onClose.add(callback);
    return () => {
      this.#onClose.delete(callback);
    };
  }

  /** Lets go of a model that was live. */
  async retire({ projector, model }: Predecessor): Promise<void> {
    await projector.stop();
    await projector.writer.abandon();
    await model.storage.close();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const callback of this.#onClose) callback();
    this.#replaced.close();
    const projector = this.#projector;
    await projector.stop();
    this.announcer.close();
    await projector.writer.close();
    await projector.model.storage.close();
  }
}
