import {
  type EventStore,
  isAtLeast,
  type PositionedEvent,
  type ReadFrom,
  Revision,
  StreamName,
  type Subscription,
  type SubscriptionBatch,
  type SubscriptionHealth,
} from '@account-data/event-store';
import { type Backoff, backoffDelay, pause, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ProjectionFailure } from '../errors.js';
import { applyEvent } from '../model/applyEvent.js';
import { rowAt } from '../model/RowReader.js';
import type { ReadModel } from '../model/ReadModel.js';
import type { ProjectionLogger } from '../ProjectionLogger.js';
import { catchUpPolicy, livePolicy, ModelWriter, type FlushPolicy } from './ModelWriter.js';
import { Waiters } from './Waiters.js';
import { placeNumber, placeOf } from '../records/place.js';

/** What a projector folds into, and who is told. @category model */
export interface ProjectorOptions {
  readonly model: ReadModel;
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly logger: ProjectionLogger | undefined;
  /** When changes are written, once it has caught up. */
  readonly live: Partial<FlushPolicy>;
  /** Told of each batch, in the turn in which it was folded. */
  readonly onBatch: (projector: Projector, folded: ReadonlyArray<PositionedEvent>) => void;
  /** Told once, when it has stopped for good. */
  readonly onFailure: (projector: Projector, failure: ProjectionFailure) => void;
}

/** How often a gap that the store can fill is read again before the projector gives up. */
const gapAttempts = 6;

/** Before the log is asked again, in milliseconds. */
const retry: Backoff = { first: 200, longest: 10_000 };

/**
 * Folds the log into a model: catches up, stays live, heals gaps, stops where going on would be wrong.
 *
 * @category model
 */
export class Projector {
  readonly model: ReadModel;
  readonly writer: ModelWriter;
  failed: ProjectionFailure | undefined;
  readonly #options: ProjectorOptions;
  readonly #waiting: Waiters;
  #subscription: Subscription | undefined;
  #health: SubscriptionHealth = { _tag: 'CatchingUp' };
  /** Since when, by the monotonic clock, it has not been caught up for want of a connection to the log. */
  #cutOffSince: number | undefined;
  #delay: number | undefined;
  #target = -1;
  #caughtUp = false;
  #closed = false;
  /** The gap that is being read again, and how often it was. */
  #gap: { readonly stream: string; readonly revision: number; attempts: number } | undefined;

  constructor(options: ProjectorOptions) {
    this.model = options.model;
    this.#options = options;
    this.writer = new ModelWriter(options.model, options.runtime, catchUpPolicy, options.logger);
    this.#waiting = new Waiters(options.runtime.timers);
    options.model.live = false;
  }

  /** Whether everything is folded that was in the log when it started, and nothing stopped it. */
  get ready(): boolean {
    return this.#caughtUp && this.failed === undefined && !this.#closed;
  }

  get health(): SubscriptionHealth {
    return this.#health;
  }

  /** Milliseconds since it lost the log; undefined while it has it, and once it stopped. */
  get cutOffFor(): number | undefined {
    return this.#cutOffSince === undefined ? undefined : this.#options.runtime.clock.monotonic() - this.#cutOffSince;
  }

  /** Milliseconds from the writing of the last event it read, by the store's clock, to its reading. */
  get delay(): number | undefined {
    return this.#delay;
  }

  /** True as soon as it is ready; false after the timeout, if there is one, or when it stopped. */
  waitUntilReady(timeout: number | undefined): Promise<boolean> {
    return this.ready ? Promise.resolve(true) : this.#waiting.wait('ready', 1, timeout);
  }

  /** Begins to read the log. `target` is its head now: once there, the projector is ready. */
  start(target: ReadFrom): void {
    this.#target = placeNumber(target);
    this.#checkCaughtUp();
    this.#subscribe(placeOf(this.model.position));
  }

  /** Stops reading; what was folded can still be read and written. */
  async stop(): Promise<void> {
    this.#closed = true;
    this.#waiting.close();
    await this.#subscription?.close();
  }

  /** A record of its storage is not what was written: nothing of it is gone on with. */
  stopDamaged(reason: string): void {
    void this.writer.abandon();
    this.#fail({
      code: 'storage_damaged',
      message: `${reason}. The projection is built anew from the log; what needs the damaged record fails until then.`,
    });
  }

  #subscribe(after: ReadFrom): void {
    const { names } = this.model;
    let current = true;
    const subscription = this.#options.store.subscribe({
      after,
      prefixes: [names.accountDataPrefix, names.tagsPrefix, names.erasures, names.log],
      texts: true,
      onBatch: (batch) => {
        if (current && !this.#closed && this.failed === undefined) {
          return this.#take(batch, 0, false, () => {
            current = false;
            void subscription.close();
          });
        }
        return undefined;
      },
      onHealth: (health) => {
        if (current) this.#healthChanged(health);
      },
    });
    this.#subscription = subscription;
  }

  #healthChanged(health: SubscriptionHealth): void {
    this.#health = health;
    this.#noteConnection(health);
    if (health._tag === 'Failed' && !this.#closed) {
      const reason = health.reason instanceof Error ? health.reason.message : 'the event store failed';
      this.#fail({
        code: 'subscription_failed',
        message: `The projection can't read the log any more: ${reason}. Reads show what was folded before. Start again once that is mended.`,
      });
    }
    if (health._tag === 'Live' && !this.#caughtUp) {
      this.#target = this.model.position;
      this.#checkCaughtUp();
    }
  }

  /** It is back when it has caught up: a log that takes subscriptions and drops them again is none. */
  #noteConnection(health: SubscriptionHealth): void {
    const { logger } = this.#options;
    const position = this.model.position;
    switch (health._tag) {
      case 'Reconnecting': {
        const { reason, attempt, since } = health;
        this.#cutOffSince ??= since;
        // The first time, and then ever more seldom.
        if ((attempt & (attempt - 1)) === 0) logger?.log('warn', 'The projection is cut off from the log and tries to come back.', { reason, attempt, position });
        return;
      }
      case 'Live': {
        const milliseconds = this.cutOffFor;
        this.#cutOffSince = undefined;
        if (milliseconds !== undefined) logger?.log('info', 'The projection follows the log again.', { cutOffFor: Math.round(milliseconds), position });
        return;
      }
      case 'Closed':
      case 'Failed':
        this.#cutOffSince = undefined;
        return;
      case 'CatchingUp':
        return;
    }
  }

  /** Folds a batch from the `first`th event on; `detach` ends the subscription it came from. */
  #take(batch: SubscriptionBatch, first: number, acceptFirst: boolean, detach: () => void): void | Promise<void> {
    const { model } = this;
    const { events } = batch;
    for (let i = first; i < events.length; i += 1) {
      const event = events[i] as PositionedEvent;
      const applied = applyEvent(model, event, acceptFirst && i === first);
      if (applied === 'applied' || applied === 'ignored') continue;
      this.#folded(batch, first, i);
      if (applied === 'gap') return this.#fillGap(batch, i, detach);
      detach();
      this.#stopAt(event, applied);
      return;
    }
    const checkpoint = Number(batch.checkpoint);
    if (checkpoint > model.position) model.position = checkpoint;
    this.#folded(batch, first, events.length);
    return this.writer.hold();
  }

  #folded(batch: SubscriptionBatch, from: number, to: number): void {
    const { events } = batch;
    const last = events[to - 1];
    if (last !== undefined) this.#delay = Math.max(0, this.#options.runtime.clock.now() - last.created);
    this.#options.onBatch(this, from === 0 && to === events.length ? events : events.slice(from, to));
    this.#checkCaughtUp();
    this.writer.changed();
  }

  #checkCaughtUp(): void {
    if (this.#caughtUp || this.model.position < this.#target) return;
    this.#caughtUp = true;
    this.#waiting.reached('ready', 1);
    this.model.live = true;
    this.writer.policy = { ...livePolicy, ...this.#options.live };
  }

  #stopAt(event: PositionedEvent, why: 'newer' | 'other_log'): void {
    const place = `${event.type} at position ${event.position} (stream ${event.stream}, revision ${event.revision})`;
    this.#fail({
      code: why === 'newer' ? 'newer_schema_version' : 'log_changed',
      message:
        why === 'newer'
          ? `The projection stopped at ${place}: it was written by a newer version of this program. Upgrade this one and start it again.`
          : `The projection stopped at ${place}: it says that this is another log. Start again; the projection is then built anew.`,
      position: String(event.position),
      stream: event.stream,
      revision: String(event.revision),
      eventId: event.id,
      eventType: event.type,
    });
  }

  #fail(failure: ProjectionFailure): void {
    if (this.failed !== undefined) return;
    this.failed = failure;
    this.#waiting.close();
    const { message, ...fields } = failure;
    this.#options.logger?.log('error', message, fields);
    this.#options.onFailure(this, failure);
  }

  /**
   * The event at `index` is not the next one of its stream. Asks the store whether there are events between: if there
   * are none (they were truncated, or scavenged), goes on; if there are, they were missed: reads the log again from
   * where the stream's last known event stands.
   */
  async #fillGap(batch: SubscriptionBatch, index: number, detach: () => void): Promise<void> {
    const event = batch.events[index] as PositionedEvent;
    const { model, failed } = this;
    const { names } = model;
    const isData = event.stream.startsWith(names.accountDataPrefix);
    const userId = event.stream.slice((isData ? names.accountDataPrefix : names.tagsPrefix).length);
    const { head } = (isData ? model.data : model.tags).load(userId);
    const missing = await this.#firstMissing(event, head + 1);
    if (this.#isClosed() || failed !== undefined || missing === undefined) return;
    if (missing === 'none') {
      this.#options.logger?.log('warn', 'A stream has a gap that the event store confirms: truncated or scavenged events.', {
        stream: event.stream,
        from: head + 1,
        to: Number(event.revision),
      });
      return this.#take(batch, index, true, detach);
    }
    if (this.#gap?.stream !== event.stream || this.#gap.revision !== head + 1) {
      this.#gap = { stream: event.stream, revision: head + 1, attempts: 0 };
    }
    this.#gap.attempts += 1;
    const attempt = this.#gap.attempts;
    if (attempt > gapAttempts) {
      detach();
      this.#fail({
        code: 'gap_in_stream',
        message: `The subscription leaves out revision ${head + 1} of the stream ${event.stream}, which the event store has. Check the event store, then start again.`,
        position: String(event.position),
        stream: event.stream,
        revision: String(event.revision),
        eventId: event.id,
        eventType: event.type,
      });
      return;
    }
    this.#options.logger?.log('warn', 'The subscription missed an event; the log is read again from before it.', {
      stream: event.stream,
      missing: head + 1,
      found: Number(event.revision),
      attempt,
    });
    detach();
    if (attempt > 1) await this.#backOff(attempt);
    if (this.#isClosed()) return;
    const before = head < 0 ? undefined : rowAt(model, isData ? 'data' : 'tags', userId, head);
    this.#subscribe(before?.position ?? 'start');
  }

  /** Whether the store has events of the stream from that revision up to the event; undefined once closed. */
  async #firstMissing(event: PositionedEvent, revision: number): Promise<'some' | 'none' | undefined> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      const slice = await this.#options.store.read(StreamName(event.stream), { from: Revision(revision), limit: 1 })();
      if (E.isRight(slice)) {
        if (slice.right._tag !== 'Events') return 'none';
        const first = slice.right.events[0];
        return first === undefined || isAtLeast(first.revision, event.revision) ? 'none' : 'some';
      }
      await this.#backOff(attempt + 1);
    }
    return undefined;
  }

  #backOff(failures: number): Promise<void> {
    const { runtime } = this.#options;
    return pause(runtime, backoffDelay(runtime, retry, failures), { isBackground: true });
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
