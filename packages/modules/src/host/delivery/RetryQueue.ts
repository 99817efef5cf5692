import { isAfter, isUpTo, latest, type Position, type ReadFrom, type Revision, revisionAfter } from '@account-data/event-store';
import { backoffDelay } from '@account-data/runtime';
import { type Backoff, defaultBackoff } from '../../api/ConfiguredModule.js';
import type { ModuleCheckpoint } from '../progress/ModuleProgress.js';
import type { Change } from './Change.js';
import { convict, isConviction } from './conviction.js';
import { Delivery } from './Delivery.js';
import { type FailureDescription, describeFailure } from './describeFailure.js';
import type { DeliveryOutcome } from '../ModuleMetrics.js';
import { nextPassedOver } from './nextPassedOver.js';
import type { TrackServices } from './TrackServices.js';
import type { LoadedModule } from '../LoadedModule.js';
import { type Held, heldFrom } from './Held.js';
import { heldBytes } from '../progress/heldBytes.js';
import type { UserTurns } from './UserTurns.js';
import { deathsToConvict } from '../progress/suspicionOf.js';

/** Told of what becomes of held changes. */
export interface HeldOwner {
  readonly module: LoadedModule;
  readonly turns: UserTurns;
  readonly isPaused: () => boolean;
  readonly handled: (delivery: Delivery) => void;
  /** A try failed; whether the module goes on is the owner's decision. */
  readonly failed: (delivery: Delivery, failure: FailureDescription, outcome: DeliveryOutcome) => void;
  /** A user is no longer held. */
  readonly released: () => void;
}

/**
 * The users of one module that wait for a retry. Each is tried again on its own clock; when its next change is
 * through, those that were passed over meanwhile follow in order, and then the user is delivered to with the others.
 */
export class RetryQueue {
  readonly #owner: HeldOwner;
  readonly #services: TrackServices;
  readonly #policy: { readonly backoff: Backoff; readonly attempts: number };
  readonly #held = new Map<string, Held>();
  /** What they take up in the progress. */
  #bytes = 0;
  #closed = false;

  constructor(owner: HeldOwner, services: TrackServices) {
    this.#owner = owner;
    this.#services = services;
    const { failure } = owner.module.policy;
    this.#policy = {
      // A user held before the policy became `skip` gets one more try; what can't be parked now is parked later.
      backoff: failure.onFailure === 'skip' ? defaultBackoff : failure.backoff,
      attempts: failure.onFailure === 'park' ? failure.attempts : Number.POSITIVE_INFINITY,
    };
  }

  get size(): number {
    return this.#held.size;
  }

  /** Whether no more users may be held. */
  get isFull(): boolean {
    const { maxHeldUsers, maxHeldBytes } = this.#services;
    return this.#held.size >= maxHeldUsers || this.#bytes >= maxHeldBytes;
  }

  /** Whether there is room again for as many as there are. */
  get hasRoom(): boolean {
    const { maxHeldUsers, maxHeldBytes } = this.#services;
    return this.#held.size * 2 <= maxHeldUsers && this.#bytes * 2 <= maxHeldBytes;
  }

  /** Who is held. `hasMore`: later changes of the user wait too. */
  users(): ReadonlyArray<{
    readonly userId: string;
    readonly nextRevision: Revision;
    readonly attempts: number;
    /** Milliseconds since the Unix epoch; undefined where the change has not been read again yet. */
    readonly oldestCreated: number | undefined;
    readonly hasMore: boolean;
  }> {
    return [...this.#held.values()].map(({ user, nextRevision, attempts, change, passedThrough, after }) => ({
      userId: user,
      nextRevision,
      attempts,
      oldestCreated: change?.created,
      hasMore: !isUpTo(passedThrough, change?.position ?? after),
    }));
  }

  /** Whether every user that is held at a change up to there was tried. */
  isTriedUpTo(position: Position): boolean {
    for (const { attempts, change } of this.#held.values()) {
      if (attempts === 0 && !(change !== undefined && isAfter(change.position, position))) return false;
    }
    return true;
  }

  nextRevisionOf(user: string): Revision | undefined {
    return this.#held.get(user)?.nextRevision;
  }

  checkpoint(): ModuleCheckpoint['held'] {
    return [...this.#held.values()].map(({ user, nextRevision, after }) => ({ user, nextRevision, after }));
  }

  /** Goes on with users that a checkpoint names; their changes were passed over up to `low`. */
  restore(held: ModuleCheckpoint['held'], low: ReadFrom): void {
    for (const { user, nextRevision, after } of held) {
      this.#put(heldFrom({ user, stream: this.#services.streamOf(user), nextRevision, after, passedThrough: low }));
    }
  }

  /** True where the user is held: then its change is passed over and read again later. */
  passes(change: Change): boolean {
    const held = this.#held.get(change.userId);
    if (held === undefined) return false;
    // A line that reads an earlier part of the log again comes by what was passed over before.
    held.passedThrough = latest(held.passedThrough, change.position);
    return true;
  }

  /** Takes over a user who stands in a line that delivers no more, from a change on that comes up to `through`. */
  adopt(user: string, next: Change, through: ReadFrom, isRunning: boolean): void {
    const held = this.#held.get(user);
    if (held !== undefined) {
      held.passedThrough = latest(held.passedThrough, through);
      return;
    }
    const { stream, revision: nextRevision, after } = next;
    // Until the callback that runs has ended: see `endedInLine`.
    this.#put(heldFrom({ user, stream, nextRevision, after, passedThrough: through, isWorking: isRunning }));
  }

  /** A change that was being delivered in a line when its user was taken over is through. */
  endedInLine(change: Change): void {
    const held = this.#held.get(change.userId);
    if (held?.nextRevision !== change.revision || held.change !== undefined) return;
    this.#advance(held, change);
    held.wakeAgain = true;
    this.#rested(held);
  }

  /** Holds the user of a change whose first try failed. */
  hold(delivery: Delivery, failure: FailureDescription): void {
    const { change } = delivery;
    const { userId: user, stream, revision: nextRevision, after } = change;
    const passedThrough = this.#held.get(user)?.passedThrough ?? 'start';
    const held = heldFrom({ user, stream, nextRevision, after, passedThrough, change, isWorking: true });
    this.#put(held);
    this.#afterFailure(held, delivery, failure).then((goesOn) => {
      held.wakeAgain ||= goesOn;
      this.#rested(held);
    }, this.#services.fail);
  }

  /** Tries every held user now. */
  wakeAll(): void {
    for (const held of this.#held.values()) this.#wake(held);
  }

  /** Tries every held user that waits for nothing. */
  wakeIdle(): void {
    for (const held of this.#held.values()) if (held.cancelTimer === undefined && !held.isWorking) this.#wake(held);
  }

  /** Stops trying until `wakeAll`. */
  rest(): void {
    for (const held of this.#held.values()) {
      held.cancelTimer?.();
      held.cancelTimer = undefined;
    }
  }

  close(): void {
    this.#closed = true;
    this.rest();
  }

  #put(held: Held): void {
    if (!this.#held.has(held.user)) this.#bytes += heldBytes(held.user);
    this.#held.set(held.user, held);
  }

  #remove({ user }: Held): void {
    if (this.#held.delete(user)) this.#bytes -= heldBytes(user);
  }

  #wake(held: Held): void {
    held.cancelTimer?.();
    held.cancelTimer = undefined;
    if (held.isWorking) {
      held.wakeAgain = true;
      return;
    }
    if (this.#mustRest()) return;
    held.isWorking = true;
    this.#work(held).then(() => {
      this.#rested(held);
    }, this.#services.fail);
  }

  #rested(held: Held): void {
    held.isWorking = false;
    if (!held.wakeAgain) return;
    held.wakeAgain = false;
    if (this.#held.get(held.user) === held) this.#wake(held);
  }

  #mustRest(): boolean {
    return this.#closed || this.#owner.isPaused();
  }

  /** Delivers to the user until nothing is left that was passed over, or a try fails. */
  async #work(held: Held): Promise<void> {
    for (;;) {
      const change = held.change ?? (await nextPassedOver(held, this.#services));
      if (this.#mustRest() || change === 'unreadable') return;
      if (change === undefined) {
        // Something may have been passed over since it was looked for.
        if (!isUpTo(held.passedThrough, held.after)) continue;
        this.#remove(held);
        this.#owner.released();
        return;
      }
      held.change = change;
      held.nextRevision = change.revision;
      const delivery = await this.#try(held, change);
      if (delivery === undefined) return;
      try {
        if (delivery.state === 'handled') {
          this.#advance(held, change);
          this.#owner.handled(delivery);
        } else if (!(await this.#afterFailure(held, delivery, describeFailure(delivery.error, change)))) return;
      } finally {
        this.#services.lease.suspects.leave();
      }
    }
  }

  /** Where it was called, its turn is not left: what follows from it belongs to it. */
  async #try(held: Held, change: Change): Promise<Delivery | undefined> {
    const { semaphore, lease, invoker } = this.#services;
    const { module, turns } = this.#owner;
    for (;;) {
      await turns.free(held.user);
      await semaphore.taken();
      await lease.suspects.turn(module.name, change);
      let isCalled = false;
      try {
        while (!lease.mayDeliver()) await new Promise<void>(lease.whenOpen);
        if (this.#mustRest()) return undefined;
        if (turns.isTaken(held.user)) continue;
        const delivery = new Delivery(module.world, change, held.attempts + 1, lease.epoch, false);
        if (lease.suspects.isConvicted(module.name, change)) convict(delivery);
        else await invoker.call(module, delivery);
        if (delivery.state === 'abandoned') return undefined;
        isCalled = true;
        return delivery;
      } finally {
        if (!isCalled) lease.suspects.leave();
        semaphore.release();
      }
    }
  }

  /** True: go on with the next change, this one is parked (or given up by policy). False: it is tried again later. */
  async #afterFailure(held: Held, delivery: Delivery, failure: FailureDescription): Promise<boolean> {
    held.attempts += 1;
    const { change } = delivery;
    const isConvicted = isConviction(delivery);
    const gaveUp = this.#owner.module.policy.failure.onFailure === 'skip' && !isConvicted;
    // Who delivers no more parks nothing: another instance may have handled the change by now.
    if (!gaveUp && ((held.attempts < this.#policy.attempts && !isConvicted) || this.#closed)) {
      this.#owner.failed(delivery, failure, 'retrying');
      this.#scheduleRetry(held);
      return false;
    }
    if (!gaveUp) {
      const tries = isConvicted ? deathsToConvict : held.attempts;
      const parked = await this.#services.park(this.#owner.module.name, change, tries, failure.error);
      if (!parked) {
        this.#owner.failed(delivery, failure, 'retrying');
        this.#scheduleRetry(held);
        return false;
      }
    }
    this.#advance(held, change);
    this.#owner.failed(delivery, failure, gaveUp ? 'skipped' : 'parked');
    return !this.#mustRest();
  }

  #advance(held: Held, change: Change): void {
    held.attempts = 0;
    held.change = undefined;
    held.after = change.position;
    held.nextRevision = revisionAfter(change.revision);
  }

  #scheduleRetry(held: Held): void {
    if (this.#mustRest()) return;
    const { runtime } = this.#services;
    const { initial, maximum, factor } = this.#policy.backoff;
    const delay = backoffDelay(runtime, { first: initial, longest: maximum, factor }, held.attempts);
    held.cancelTimer = runtime.timers.setTimeout(() => {
      held.cancelTimer = undefined;
      this.#wake(held);
    }, delay);
  }
}
