import type {
  Position,
  PositionedEvent,
  ReadFrom,
  SubscribeOptions,
  Subscription,
  SubscriptionHealth,
} from '@account-data/event-store';
import { backoffDelay } from '@account-data/runtime';
import { describeFault, serverFault, type ServerFault } from '../faults/ServerFault.js';
import type { StoreContext } from '../reads/retryRead.js';
import { BatchBuffer } from './BatchBuffer.js';
import type { ToldEvent } from './isReplaced.js';
import { type CatchUp, type CatchUpListener, openCatchUp } from './openCatchUp.js';

const defaultBatchSize = 1_000;

/**
 * A subscription that comes back, whatever cut it off: a restart of the server, a new leader, a broken or silent
 * connection, its own slowness. It resumes after the last event it was told, so that there is neither a gap nor a
 * duplicate; what it was told and has not yet handed over is bounded, as the server is asked for no more meanwhile.
 *
 * @category model
 */
export class HealingSubscription implements Subscription {
  readonly #context: StoreContext;
  readonly #options: SubscribeOptions;
  readonly #onEnded: () => void;
  readonly #buffer: BatchBuffer;
  /** Resume after this. */
  #position: ReadFrom;
  /** The last event that was told. */
  #told: ToldEvent | undefined;
  #source: CatchUp | undefined;
  #sourceIsPaused = false;
  #caughtUp = false;
  #heardSomething = false;
  #attempt = 0;
  /** Since when the log has ended before the position to go on after, by the monotonic clock. */
  #behindSince: number | undefined;
  #cutOffSince = 0;
  #handing = false;
  #scheduled = false;
  #ended = false;
  #health: SubscriptionHealth = { _tag: 'CatchingUp' };
  #cancelTimer = (): void => undefined;

  constructor(context: StoreContext, options: SubscribeOptions, onEnded: () => void) {
    const batchSize = options.batchSize ?? defaultBatchSize;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw new RangeError(`A batch holds 1 event or more, not ${batchSize}.`);
    this.#context = context;
    this.#options = options;
    this.#onEnded = onEnded;
    this.#buffer = new BatchBuffer(batchSize);
    this.#position = options.after;
    queueMicrotask(() => {
      this.#connect();
    });
  }

  readonly health = (): SubscriptionHealth => this.#health;

  readonly close = (): Promise<void> => {
    this.#end({ _tag: 'Closed' });
    return Promise.resolve();
  };

  #connect(): void {
    if (this.#ended) return;
    this.#caughtUp = false;
    this.#heardSomething = false;
    this.#sourceIsPaused = false;
    const { prefixes } = this.#options;
    const listener: CatchUpListener = {
      onEvent: (event: PositionedEvent, bytes: number) => {
        this.#buffer.add(event, bytes);
        this.#told = event;
        this.#advance(event.position);
      },
      onCheckpoint: (position: Position) => {
        this.#buffer.moveTo(position);
        this.#advance(position);
      },
      onBehind: (head) => {
        this.#standBehind(head);
      },
      onReplaced: ({ stream, revision }) => {
        this.#end({
          _tag: 'Failed',
          reason: new Error(`the log does not have the event any more that it told of as revision ${revision} of the stream ${stream}: it was put back from a backup, or it is another log`),
        });
      },
      onConfirmed: () => {
        this.#behindSince = undefined;
        this.#setHealth({ _tag: 'CatchingUp' });
        this.#heard();
      },
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#heard();
      },
      onFellBehind: () => {
        this.#caughtUp = false;
        this.#heard();
        this.#setHealth({ _tag: 'CatchingUp' });
      },
      onEnd: (fault: ServerFault) => {
        this.#cutOff(describeFault(fault));
      },
    };
    this.#source = openCatchUp(this.#context, { after: this.#position, prefixes, ...(this.#told === undefined ? {} : { told: this.#told }) }, listener);
    this.#watch();
  }

  /** A node that lags behind the others catches up; a log that was put back from a backup does not. */
  #standBehind(head: ReadFrom): void {
    const { runtime, timeouts } = this.#context;
    const now = runtime.clock.monotonic();
    this.#behindSince ??= now;
    const reason = `the log ends at position ${head}, before position ${this.#position}, which was read already`;
    if (now - this.#behindSince < timeouts.behind) this.#cutOff(reason);
    else {
      this.#end({
        _tag: 'Failed',
        reason: new Error(`${reason}: it was put back from a backup, or it is another log. To go on there would pass over what comes up to that position`),
      });
    }
  }

  #advance(position: Position): void {
    this.#position = position;
    this.#attempt = 0;
    this.#heard();
  }

  /** Something came: there is something to hand over, or at least a sign of life. */
  #heard(): void {
    this.#heardSomething = true;
    if (this.#buffer.isFull && !this.#sourceIsPaused) {
      this.#sourceIsPaused = true;
      this.#source?.pause();
    }
    this.#schedule();
  }

  /** Hands over what has come in this turn of the event loop, together. */
  #schedule(): void {
    if (this.#scheduled || this.#handing || this.#ended) return;
    this.#scheduled = true;
    this.#context.runtime.timers.defer(() => {
      this.#scheduled = false;
      this.#handOver();
    });
  }

  #handOver(): void {
    while (!this.#ended && !this.#handing) {
      const batch = this.#buffer.take();
      if (batch === undefined) {
        if (this.#caughtUp) this.#becomeLive();
        return;
      }
      if (this.#sourceIsPaused && this.#buffer.hasRoom) {
        this.#sourceIsPaused = false;
        this.#source?.resume();
      }
      try {
        const result: unknown = this.#options.onBatch(batch);
        if (typeof result === 'object' && result !== null && 'then' in result) this.#waitFor(Promise.resolve(result));
      } catch (reason) {
        this.#end({ _tag: 'Failed', reason });
      }
    }
  }

  #waitFor(handler: Promise<unknown>): void {
    this.#handing = true;
    handler.then(
      () => {
        this.#handing = false;
        this.#handOver();
      },
      (reason: unknown) => {
        this.#end({ _tag: 'Failed', reason });
      },
    );
  }

  #becomeLive(): void {
    this.#attempt = 0;
    this.#setHealth({ _tag: 'Live' });
  }

  /** Looks after the source: a silence that is too long cuts it off, or has its node asked whether it is there. */
  #watch(): void {
    const { runtime, timeouts } = this.#context;
    const source = this.#source;
    this.#cancelTimer = runtime.timers.setBackgroundTimeout(
      () => {
        if (this.#ended || source === undefined || source !== this.#source) return;
        if (this.#heardSomething || this.#sourceIsPaused || this.#handing) {
          this.#heardSomething = false;
          this.#watch();
        } else if (this.#caughtUp) void this.#probe(source);
        else this.#leave(source, `nothing heard for ${timeouts.catchUpSilence} ms while catching up`);
      },
      this.#caughtUp ? timeouts.liveSilence : timeouts.catchUpSilence,
    );
  }

  /** A live subscription may be silent for long. Its node must answer, and where leaders are preferred be the leader. */
  async #probe(source: CatchUp): Promise<void> {
    try {
      await source.probe();
      if (source === this.#source && !this.#ended) this.#watch();
    } catch (error) {
      if (source !== this.#source || this.#ended) return;
      if (this.#heardSomething) {
        // The node speaks after all; it is asked again when it next falls silent.
        this.#watch();
        return;
      }
      this.#leave(source, describeFault(serverFault(error)));
    }
  }

  #leave(source: CatchUp, reason: string): void {
    source.leave(reason);
    this.#cutOff(reason);
  }

  #cutOff(reason: string): void {
    if (this.#ended) return;
    const { runtime, timeouts } = this.#context;
    this.#cancelTimer();
    this.#source?.cancel();
    this.#source = undefined;
    this.#caughtUp = false;
    if (this.#attempt === 0) this.#cutOffSince = runtime.clock.monotonic();
    this.#attempt += 1;
    this.#setHealth({ _tag: 'Reconnecting', reason, attempt: this.#attempt, since: this.#cutOffSince });
    const delay = backoffDelay(runtime, timeouts.resubscribe, this.#attempt);
    // It keeps the process alive, as the call does that it stands for.
    this.#cancelTimer = runtime.timers.setTimeout(() => {
      this.#connect();
    }, delay);
  }

  #setHealth(health: SubscriptionHealth): void {
    if (this.#ended) return;
    if (this.#health._tag === health._tag && health._tag !== 'Reconnecting') return;
    this.#health = health;
    this.#options.onHealth?.(health);
  }

  #end(health: SubscriptionHealth): void {
    if (this.#ended) return;
    this.#cancelTimer();
    this.#source?.cancel();
    this.#source = undefined;
    this.#buffer.clear();
    this.#setHealth(health);
    this.#ended = true;
    this.#onEnded();
  }
}
