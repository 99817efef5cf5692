import { isAfter, isAtLeast, type Position, type Revision } from '@account-data/event-store';
import { convict } from './conviction.js';
import { Delivery, type Continuation } from './Delivery.js';
import { Fifo } from './Fifo.js';
import type { Invoker } from './Invoker.js';
import { type DeliveryLease, type Line, type Receiver, Work } from './Receiver.js';
import type { Change } from './Change.js';
import type { SlotTask, Slots } from './Slots.js';

/** The changes of one user, one after the other. */
export class Lane implements Continuation, SlotTask {
  readonly user: string;
  readonly works = new Fifo<Work>();
  readonly #lanes: Lanes;
  whenIdle: Array<() => void> | undefined = undefined;
  /** It has begun with its first change. */
  hasBegun = false;
  /** A callback runs for its first change. */
  isCalling = false;
  isExcepted = false;
  /** It is its turn, where deliveries take turns. */
  hasTurn = false;

  constructor(user: string, lanes: Lanes) {
    this.user = user;
    this.#lanes = lanes;
  }

  readonly run = (): void => {
    this.hasBegun = true;
    this.#lanes.proceed(this);
  };

  readonly takeTurn = (): void => {
    this.hasTurn = true;
    this.#lanes.proceed(this);
  };

  readonly settled = (delivery: Delivery): void => {
    this.#lanes.settled(this, delivery);
  };
}

/** What an excepted user has still to hear. */
export interface Exception {
  readonly user: string;
  /** The first change that the receiver has not heard. */
  readonly next: Change;
  /** The receiver's callback runs for it. */
  readonly isRunning: boolean;
}

/** How many users' last handled revisions are remembered: at least so many, at most twice. */
const remembered = 8_192;

/**
 * Delivers changes: those of one user in order, each to the modules in order, each awaited before the next; different
 * users side by side, as many as there are slots.
 */
export class Lanes implements Line {
  readonly #slots: Slots;
  readonly #lease: DeliveryLease;
  readonly #invoker: Invoker;
  readonly #onDone: (work: Work) => void;
  readonly #lanes = new Map<string, Lane>();
  readonly #excepted = new Set<Lane>();
  #fresh: Array<Lane> = [];
  #handled = new Map<string, Revision>();
  #handledBefore = new Map<string, Revision>();

  constructor(slots: Slots, lease: DeliveryLease, invoker: Invoker, onDone: (work: Work) => void) {
    this.#slots = slots;
    this.#lease = lease;
    this.#invoker = invoker;
    this.#onDone = onDone;
  }

  /** Puts the change in its user's line. Nothing runs before `start`. */
  add(change: Change, receivers: ReadonlyArray<Receiver>, since = 0): Work {
    const work = new Work(change, receivers, since);
    let lane = this.#lanes.get(change.userId);
    if (lane === undefined) {
      lane = new Lane(change.userId, this);
      this.#lanes.set(change.userId, lane);
      this.#fresh.push(lane);
    }
    work.isExcepted = lane.isExcepted;
    lane.works.push(work);
    return work;
  }

  /** Lets what was added run, as far as there are slots. */
  start(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const lane of fresh) this.#slots.take(lane);
  }

  /** Accounts for a user one by one from now on, until nothing of the user is in line. False: not begun with yet. */
  except(user: string): boolean {
    const lane = this.#lanes.get(user);
    if (lane?.hasBegun !== true) return false;
    this.#except(lane);
    return true;
  }

  exceptAll(): void {
    for (const lane of this.#lanes.values()) this.#except(lane);
  }

  /** What excepted users have still to hear through the receiver, but for what it has heard elsewhere. */
  exceptions(receiver: Receiver, isHeard: (position: Position) => boolean): ReadonlyArray<Exception> {
    const exceptions: Array<Exception> = [];
    for (const lane of this.#excepted) {
      for (const work of lane.works) {
        const place = work.receivers.indexOf(receiver);
        if (place < work.next || isHeard(work.change.position)) continue;
        exceptions.push({ user: lane.user, next: work.change, isRunning: lane.isCalling && work === lane.works.peek() && place === work.next });
        break;
      }
    }
    return exceptions;
  }

  /** Changes that the receiver has still to hear, of each user the oldest first. */
  *unheardBy(receiver: Receiver): Generator<Change> {
    for (const lane of this.#lanes.values()) {
      for (const work of lane.works) if (work.receivers.indexOf(receiver) >= work.next) yield work.change;
    }
  }

  /** Whether nothing at all is in line. */
  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  isIdle(user: string): boolean {
    return !this.#lanes.has(user);
  }

  /** Calls back when nothing of the user is left in line. */
  whenIdle(user: string, callback: () => void): void {
    const lane = this.#lanes.get(user);
    if (lane === undefined) callback();
    else (lane.whenIdle ??= []).push(callback);
  }

  /**
   * What is known of a receiver and a revision of a user: `pending` in line, `handled`, or `unknown` (it has not come
   * yet, or long ago).
   */
  progressOf(receiver: Receiver, user: string, revision: Revision): 'pending' | 'handled' | 'unknown' {
    const lane = this.#lanes.get(user);
    if (lane !== undefined) {
      let passed = false;
      for (const work of lane.works) {
        const place = work.receivers.indexOf(receiver);
        if (isAfter(work.change.revision, revision)) passed = true;
        else if (place >= work.next) return 'pending';
        else if (work.change.revision === revision) passed = true;
      }
      if (passed) return 'handled';
    }
    const last = this.#handled.get(user) ?? this.#handledBefore.get(user);
    return last !== undefined && isAtLeast(last, revision) ? 'handled' : 'unknown';
  }

  /** Goes on with the lane, which has a slot, until a callback has to be waited for or nothing is left. */
  proceed(lane: Lane): void {
    for (let work = lane.works.peek(); work !== undefined; work = lane.works.peek()) {
      for (let receiver = work.receivers[work.next]; receiver !== undefined; receiver = work.receivers[work.next]) {
        const admission = receiver.admits(work.change, this);
        if (admission === 'deliver') {
          if (!this.#lease.mayDeliver()) {
            // The lane keeps its slot: if the lease can't be renewed, nothing of this runs again.
            this.#lease.whenOpen(lane.run);
            return;
          }
          const { module, isReplay } = receiver;
          const { suspects } = this.#lease;
          if (!lane.hasTurn && !suspects.enter(module.name, work.change, lane.takeTurn)) return;
          receiver.begins();
          const delivery = new Delivery(module.world, work.change, 1, this.#lease.epoch, isReplay);
          if (suspects.isConvicted(module.name, work.change)) convict(delivery);
          else if (!this.#invoker.invoke(module, delivery, lane)) {
            lane.isCalling = true;
            return;
          }
          receiver.settled(delivery);
        }
        this.#leaveTurn(lane);
        if (admission === 'wait') {
          this.#slots.release();
          receiver.whenReady(work.change, () => {
            this.#slots.take(lane);
          });
          return;
        }
        work.next += 1;
      }
      lane.works.shift();
      this.#onDone(work);
      if (lane.works.size === 0) this.#finish(lane, work);
    }
  }

  settled(lane: Lane, delivery: Delivery): void {
    // The lane stays where it is, and its slot taken: nothing of this runs again.
    if (delivery.state === 'abandoned') return;
    const work = lane.works.peek();
    const receiver = work?.receivers[work.next];
    if (work === undefined || receiver === undefined) throw new Error('A delivery settled that no lane waits for.');
    lane.isCalling = false;
    receiver.settled(delivery);
    this.#leaveTurn(lane);
    work.next += 1;
    this.proceed(lane);
  }

  #leaveTurn(lane: Lane): void {
    if (!lane.hasTurn) return;
    lane.hasTurn = false;
    this.#lease.suspects.leave();
  }

  #except(lane: Lane): void {
    if (lane.isExcepted) return;
    lane.isExcepted = true;
    for (const work of lane.works) work.isExcepted = true;
    this.#excepted.add(lane);
  }

  #finish(lane: Lane, last: Work): void {
    this.#lanes.delete(lane.user);
    if (lane.isExcepted) this.#excepted.delete(lane);
    this.#handled.set(lane.user, last.change.revision);
    if (this.#handled.size >= remembered) {
      this.#handledBefore = this.#handled;
      this.#handled = new Map();
    }
    const waiting = lane.whenIdle;
    if (waiting !== undefined) for (const callback of waiting) callback();
    this.#slots.release();
  }
}
