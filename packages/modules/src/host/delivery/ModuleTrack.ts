import { isAfter, isUpTo, latest, type Position, type ReadFrom, type Revision } from '@account-data/event-store';
import type { LoadedModule } from '../LoadedModule.js';
import type { ModuleState } from '../ModuleHost.js';
import type { DeliveryOutcome } from '../ModuleMetrics.js';
import type { ModuleCheckpoint } from '../progress/ModuleProgress.js';
import type { Change } from './Change.js';
import type { Delivery } from './Delivery.js';
import { isConviction } from './conviction.js';
import { Fifo } from './Fifo.js';
import { type FailureDescription, describeFailure } from './describeFailure.js';
import { RetryQueue } from './RetryQueue.js';
import type { Exception, Partitions } from './Partitions.js';
import type { Line, Receiver } from './Receiver.js';
import { redrive } from './redrive.js';
import { tellOutcome } from './tellOutcome.js';
import type { TrackServices } from './TrackServices.js';
import { UserTurns } from './UserTurns.js';
import type { Window } from './Window.js';

type Pause = Extract<ModuleState, { readonly _tag: 'Paused' }>;

/** Where a module's changes come from at the moment: one line, and while it changes lines, the one before. */
export interface Source {
  readonly window: Window;
  readonly partitions: Partitions;
}

interface Paused {
  readonly state: Pause;
  /** Everything up to here is handled, but for the held users. */
  low: ReadFrom;
  /** Positions beyond, in order, that were in line when it was paused: callbacks that ran then may still end. */
  readonly pending: Fifo<Position>;
}

/** What a track tells the session it belongs to. */
export interface TrackOwner {
  /** The change, and with it all earlier ones of its user, is handled, skipped or parked. */
  readonly handled: (track: ModuleTrack, change: Change, outcome: DeliveryOutcome) => void;
  /** What the checkpoint says of the module is out of date. */
  readonly moved: () => void;
  readonly pauseRequested: (track: ModuleTrack, reason: Pause['reason']) => void;
  readonly heldReleased: (track: ModuleTrack) => void;
}

/** One module's way through the log while this instance delivers: what it has handled, who is held, whether it is paused. */
export class ModuleTrack implements Receiver {
  readonly module: LoadedModule;
  readonly isReplay = false;
  readonly held: RetryQueue;
  readonly #turns = new UserTurns();
  readonly #formerNames: ModuleCheckpoint['formerNames'];
  readonly #services: TrackServices;
  readonly #owner: TrackOwner;
  /** Changes up to here are none of the present source's business. */
  #from: ReadFrom;
  /** Handled although something before it is not: so that reading on from the low-water mark doesn't deliver it again. */
  readonly #handledAhead = new Set<Position>();
  #source: Source | undefined;
  #previousSource: Source | undefined;
  #paused: Paused | undefined;
  /** Callbacks that run in lines. */
  #delivering = 0;
  #whenSettled: (() => void) | undefined;

  constructor(module: LoadedModule, checkpoint: ModuleCheckpoint, services: TrackServices, owner: TrackOwner) {
    this.module = module;
    this.#services = services;
    this.#owner = owner;
    this.#from = checkpoint.low;
    this.#formerNames = checkpoint.formerNames;
    if (checkpoint.paused !== undefined) {
      this.#paused = { state: { _tag: 'Paused', ...checkpoint.paused }, low: checkpoint.low, pending: new Fifo() };
    }
    this.held = new RetryQueue(
      {
        module,
        turns: this.#turns,
        isPaused: () => this.#paused !== undefined && this.#paused.state.reason !== 'too_many_held',
        handled: (delivery) => {
          this.#finishHandled(delivery);
        },
        failed: (delivery, failure, outcome) => {
          this.#finishFailed(delivery, failure, outcome);
        },
        released: () => {
          owner.heldReleased(this);
        },
      },
      services,
    );
    this.held.restore(checkpoint.held, checkpoint.low);
  }

  get paused(): Pause | undefined {
    return this.#paused?.state;
  }

  get source(): Source | undefined {
    return this.#source;
  }

  /** The source it came from, as long as changes of it are in line there. */
  get previousSource(): Source | undefined {
    if (this.#previousSource?.partitions.isEmpty === true) this.#previousSource = undefined;
    return this.#previousSource;
  }

  /** Takes its changes after `from` from another source; what it still has in line at the present one comes first. */
  moveTo(source: Source, from: ReadFrom): void {
    this.#previousSource = this.#source;
    this.#source = source;
    this.#from = from;
  }

  /** Everything up to here is handled, but for the held users. */
  low(lows: (window: Window) => ReadonlyMap<Receiver, ReadFrom> = (window) => window.lows()): ReadFrom {
    if (this.#paused !== undefined) return this.#paused.low;
    if (this.#source === undefined) return this.#from;
    const low = lows(this.#source.window).get(this) ?? this.#source.window.accepted;
    // Where it joined ahead of the others, it has handled more than this source has taken.
    return latest(low, this.#from);
  }

  admits(change: Change, line: Line): 'deliver' | 'pass' | 'wait' {
    if (this.#paused !== undefined) return 'pass';
    if (line === this.#source?.partitions) {
      if (isUpTo(change.position, this.#from)) return 'pass';
      if (this.#previousSource !== undefined && this.previousSource?.partitions.isIdle(change.userId) === false) return 'wait';
    } else if (line !== this.#previousSource?.partitions) {
      // A line it has left: it hears of this from another one.
      return 'pass';
    }
    if (this.#handledAhead.size > 0 && this.#handledAhead.delete(change.position)) return 'pass';
    if (this.held.size > 0 && this.held.passes(change)) {
      this.#owner.moved();
      return 'pass';
    }
    return this.#turns.isTaken(change.userId) ? 'wait' : 'deliver';
  }

  begins(): void {
    this.#delivering += 1;
  }

  whenReady(change: Change, resume: () => void): void {
    const previous = this.#previousSource;
    if (this.#turns.isTaken(change.userId)) this.#turns.whenFree(change.userId, resume);
    else if (previous === undefined) resume();
    else previous.partitions.whenIdle(change.userId, resume);
  }

  settled(delivery: Delivery): void {
    this.#delivering -= 1;
    this.#finish(delivery);
    if (this.#delivering === 0) this.#whenSettled?.();
  }

  #finish(delivery: Delivery): void {
    const { change } = delivery;
    if (delivery.state === 'handled') {
      this.#finishHandled(delivery);
      return;
    }
    const failure = describeFailure(delivery.error, change);
    if (this.module.policy.failure.onFailure === 'skip' && !isConviction(delivery)) {
      this.#finishFailed(delivery, failure, 'skipped');
      return;
    }
    this.held.hold(delivery, failure);
    if (this.held.isFull) this.#owner.pauseRequested(this, 'too_many_held');
    this.#rememberIfPaused(change.position);
  }

  /** Delivers a parked change again; what becomes of it is for whoever asked. `abandoned`: it was not waited for. */
  async redrive(change: Change): Promise<{ readonly delivery: Delivery; readonly failure: FailureDescription | undefined }> {
    const delivery = await redrive(this.module, change, this.#turns, this.#services);
    if (delivery.state === 'abandoned') return { delivery, failure: undefined };
    const failure = delivery.state === 'failed' ? describeFailure(delivery.error, change) : undefined;
    tellOutcome(this.module, this.#services, delivery, failure === undefined ? 'handled' : 'parked', failure);
    return { delivery, failure };
  }

  /** Takes back a `whenSettled` that has not been called. */
  notWhenSettled(): void {
    this.#whenSettled = undefined;
  }

  /** Stops delivering to it. Its low-water mark stays where it is; what it handled beyond is remembered. */
  pause(reason: Pause['reason'], since: number): void {
    const state: Pause = { _tag: 'Paused', reason, since };
    // What lines have passed over since it was first paused is not handled.
    this.#paused = this.#paused === undefined ? this.#pausedNow(state) : { ...this.#paused, state };
    if (reason === 'too_many_held') this.held.wakeIdle();
    else this.held.rest();
  }

  /** Calls back when no callback of it runs in any line. */
  whenSettled(callback: () => void): void {
    if (this.#delivering === 0) {
      callback();
      return;
    }
    this.#whenSettled = () => {
      this.#whenSettled = undefined;
      callback();
    };
  }

  /** Answers where to read on from. Nothing of it may be running. */
  resume(): ReadFrom {
    const low = this.low();
    this.#paused = undefined;
    this.#source = undefined;
    this.#previousSource = undefined;
    this.#from = low;
    this.module.world.counters.consecutiveFailures = 0;
    return low;
  }

  /** Whether a change of a user is handled, as far as it is known here. */
  progressOf(user: string, revision: Revision): 'pending' | 'handled' | 'unknown' {
    const next = this.held.nextRevisionOf(user);
    if (next !== undefined) return isAfter(next, revision) ? 'handled' : 'pending';
    const before = this.previousSource?.partitions.progressOf(this, user, revision);
    if (before === 'pending' || before === 'handled') return before;
    return this.#source?.partitions.progressOf(this, user, revision) ?? 'unknown';
  }

  checkpoint(low: ReadFrom, isJoined: boolean): ModuleCheckpoint {
    const paused = this.#paused;
    return {
      low,
      held: [...this.held.checkpoint(), ...this.#exceptions(low)],
      ...(isJoined ? {} : { catchingUp: true as const }),
      ...(this.#formerNames === undefined ? {} : { formerNames: this.#formerNames }),
      ...(paused === undefined ? {} : { paused: { reason: paused.state.reason, since: paused.state.since } }),
    };
  }

  #finishHandled(delivery: Delivery): void {
    this.module.world.counters.consecutiveFailures = 0;
    tellOutcome(this.module, this.#services, delivery, 'handled');
    if (this.#paused !== undefined) {
      this.#rememberIfPaused(delivery.change.position);
      this.held.endedInLine(delivery.change);
    }
    this.#owner.handled(this, delivery.change, 'handled');
  }

  #finishFailed(delivery: Delivery, failure: FailureDescription, outcome: DeliveryOutcome): void {
    const { change } = delivery;
    const { policy, world } = this.module;
    world.counters.consecutiveFailures += 1;
    tellOutcome(this.module, this.#services, delivery, outcome, failure);
    if (outcome === 'retrying') this.#owner.moved();
    else {
      this.#rememberIfPaused(change.position);
      this.#owner.handled(this, change, outcome);
    }
    if (policy.pauseAfter !== null && world.counters.consecutiveFailures >= policy.pauseAfter) {
      this.#owner.pauseRequested(this, 'failures');
      if (outcome !== 'retrying') this.#rememberIfPaused(change.position);
    }
    if (this.#paused !== undefined && outcome !== 'retrying') this.held.endedInLine(change);
  }

  /** Whether nothing up to the position is in line. */
  hasHeard(position: Position): boolean {
    return (isUpTo(position, this.low()) || this.#waitsOnlyAfter(position)) && this.#unheard(position).length === 0;
  }

  /** Whether everything in line that it has still to hear is after the position, and what comes before was taken from the log. */
  #waitsOnlyAfter(position: Position): boolean {
    const window = this.#source?.window;
    if (window === undefined || this.#paused !== undefined || !isUpTo(position, window.accepted)) return false;
    for (const { change, isExcepted } of window.unheardBy(this)) {
      if (isAfter(change.position, position)) return true;
      if (!isExcepted && !isUpTo(change.position, this.#from)) return false;
    }
    return true;
  }

  /** Users whose callbacks are slow, with what comes before the low-water mark and they have not heard. */
  #exceptions(low: ReadFrom): ModuleCheckpoint['held'] {
    return this.#unheard(low)
      .filter(({ user }) => this.held.nextRevisionOf(user) === undefined)
      .map(({ user, next }) => ({ user, nextRevision: next.revision, after: next.after }));
  }

  #unheard(low: ReadFrom): ReadonlyArray<Exception> {
    if (this.#paused !== undefined) return [];
    const found = new Map<string, Exception>();
    const collect = (source: Source | undefined, from: ReadFrom): void => {
      const isHeard = (position: Position): boolean => isUpTo(position, from) || this.#handledAhead.has(position);
      for (const exception of source?.partitions.exceptions(this, isHeard) ?? []) {
        const { user, next } = exception;
        if (isUpTo(next.position, low) && !found.has(user)) found.set(user, exception);
      }
    };
    // The previous line comes first: there a user's older changes are.
    collect(this.previousSource, 'start');
    collect(this.#source, this.#from);
    return [...found.values()];
  }

  #pausedNow(state: Pause): Paused {
    const low = this.low();
    const pending = new Fifo<Position>();
    if (this.#source !== undefined) {
      // Up to `from`, this line has passed over what the one before it delivers.
      const after = latest(low, this.#from);
      for (const { change } of this.#source.window.heardBy(this)) {
        if (!isUpTo(change.position, after)) this.#handledAhead.add(change.position);
      }
      for (const { change } of this.#source.window.unheardBy(this)) {
        if (!isUpTo(change.position, after)) pending.push(change.position);
      }
    }
    for (const { user, next, isRunning } of this.#unheard(low)) this.held.adopt(user, next, low, isRunning);
    return { state, low, pending };
  }

  /** What ends after the module was paused is not delivered again when it is resumed. */
  #rememberIfPaused(position: Position): void {
    const paused = this.#paused;
    if (paused === undefined || isUpTo(position, paused.low)) return;
    this.#handledAhead.add(position);
    for (let next = paused.pending.peek(); next !== undefined; next = paused.pending.peek()) {
      if (!this.#handledAhead.has(next)) return;
      paused.low = next;
      paused.pending.shift();
    }
  }
}
