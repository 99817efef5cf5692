import { isAfter, isAtLeast, type Position, type Revision } from '@account-data/event-store';
import { convict } from './conviction.js';
import { Delivery, type Continuation } from './Delivery.js';
import { Fifo } from './Fifo.js';
import type { Invoker } from './Invoker.js';
import { type DeliveryLease, type Line, type Receiver, Work } from './Receiver.js';
import type { Change } from './Change.js';
import type { SemaphoreTask, Semaphore } from './Semaphore.js';

/** The changes of one user, one after the other. */
export class Partition implements Continuation, SemaphoreTask {
  readonly user: string;
  readonly works = new Fifo<Work>();
  readonly #partitions: Partitions;
  whenIdle: Array<() => void> | undefined = undefined;
  /** It has begun with its first change. */
  hasBegun = false;
  /** A callback runs for its first change. */
  isCalling = false;
  isExcepted = false;
  /** It is its turn, where deliveries take turns. */
  hasTurn = false;

  constructor(user: string, partitions: Partitions) {
    this.user = user;
    this.#partitions = partitions;
  }

  readonly run = (): void => {
    this.hasBegun = true;
    this.#partitions.proceed(this);
  };

  readonly takeTurn = (): void => {
    this.hasTurn = true;
    this.#partitions.proceed(this);
  };

  readonly settled = (delivery: Delivery): void => {
    this.#partitions.settled(this, delivery);
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
 * users side by side, as many as the semaphore permits.
 */
export class Partitions implements Line {
  readonly #semaphore: Semaphore;
  readonly #lease: DeliveryLease;
  readonly #invoker: Invoker;
  readonly #onDone: (work: Work) => void;
  readonly #partitions = new Map<string, Partition>();
  readonly #excepted = new Set<Partition>();
  #fresh: Array<Partition> = [];
  #handled = new Map<string, Revision>();
  #handledBefore = new Map<string, Revision>();

  constructor(semaphore: Semaphore, lease: DeliveryLease, invoker: Invoker, onDone: (work: Work) => void) {
    this.#semaphore = semaphore;
    this.#lease = lease;
    this.#invoker = invoker;
    this.#onDone = onDone;
  }

  /** Puts the change in its user's line. Nothing runs before `start`. */
  add(change: Change, receivers: ReadonlyArray<Receiver>, since = 0): Work {
    const work = new Work(change, receivers, since);
    let partition = this.#partitions.get(change.userId);
    if (partition === undefined) {
      partition = new Partition(change.userId, this);
      this.#partitions.set(change.userId, partition);
      this.#fresh.push(partition);
    }
    work.isExcepted = partition.isExcepted;
    partition.works.push(work);
    return work;
  }

  /** Lets what was added run, as far as the semaphore permits. */
  start(): void {
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const partition of fresh) this.#semaphore.take(partition);
  }

  /** Accounts for a user one by one from now on, until nothing of the user is in line. False: not begun with yet. */
  except(user: string): boolean {
    const partition = this.#partitions.get(user);
    if (partition?.hasBegun !== true) return false;
    this.#except(partition);
    return true;
  }

  exceptAll(): void {
    for (const partition of this.#partitions.values()) this.#except(partition);
  }

  /** What excepted users have still to hear through the receiver, but for what it has heard elsewhere. */
  exceptions(receiver: Receiver, isHeard: (position: Position) => boolean): ReadonlyArray<Exception> {
    const exceptions: Array<Exception> = [];
    for (const partition of this.#excepted) {
      for (const work of partition.works) {
        const place = work.receivers.indexOf(receiver);
        if (place < work.next || isHeard(work.change.position)) continue;
        exceptions.push({ user: partition.user, next: work.change, isRunning: partition.isCalling && work === partition.works.peek() && place === work.next });
        break;
      }
    }
    return exceptions;
  }

  /** Changes that the receiver has still to hear, of each user the oldest first. */
  *unheardBy(receiver: Receiver): Generator<Change> {
    for (const partition of this.#partitions.values()) {
      for (const work of partition.works) if (work.receivers.indexOf(receiver) >= work.next) yield work.change;
    }
  }

  /** Whether nothing at all is in line. */
  get isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  isIdle(user: string): boolean {
    return !this.#partitions.has(user);
  }

  /** Calls back when nothing of the user is left in line. */
  whenIdle(user: string, callback: () => void): void {
    const partition = this.#partitions.get(user);
    if (partition === undefined) callback();
    else (partition.whenIdle ??= []).push(callback);
  }

  /**
   * What is known of a receiver and a revision of a user: `pending` in line, `handled`, or `unknown` (it has not come
   * yet, or long ago).
   */
  progressOf(receiver: Receiver, user: string, revision: Revision): 'pending' | 'handled' | 'unknown' {
    const partition = this.#partitions.get(user);
    if (partition !== undefined) {
      let passed = false;
      for (const work of partition.works) {
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

  /** Goes on with the partition, which has a permit, until a callback has to be waited for or nothing is left. */
  proceed(partition: Partition): void {
    for (let work = partition.works.peek(); work !== undefined; work = partition.works.peek()) {
      for (let receiver = work.receivers[work.next]; receiver !== undefined; receiver = work.receivers[work.next]) {
        const admission = receiver.admits(work.change, this);
        if (admission === 'deliver') {
          if (!this.#lease.mayDeliver()) {
            // The partition keeps its permit: if the lease can't be renewed, nothing of this runs again.
            this.#lease.whenOpen(partition.run);
            return;
          }
          const { module, isReplay } = receiver;
          const { suspects } = this.#lease;
          if (!partition.hasTurn && !suspects.enter(module.name, work.change, partition.takeTurn)) return;
          receiver.begins();
          const delivery = new Delivery(module.world, work.change, 1, this.#lease.epoch, isReplay);
          if (suspects.isConvicted(module.name, work.change)) convict(delivery);
          else if (!this.#invoker.invoke(module, delivery, partition)) {
            partition.isCalling = true;
            return;
          }
          receiver.settled(delivery);
        }
        this.#leaveTurn(partition);
        if (admission === 'wait') {
          this.#semaphore.release();
          receiver.whenReady(work.change, () => {
            this.#semaphore.take(partition);
          });
          return;
        }
        work.next += 1;
      }
      partition.works.shift();
      this.#onDone(work);
      if (partition.works.size === 0) this.#finish(partition, work);
    }
  }

  settled(partition: Partition, delivery: Delivery): void {
    // The partition stays where it is, and its permit taken: nothing of this runs again.
    if (delivery.state === 'abandoned') return;
    const work = partition.works.peek();
    const receiver = work?.receivers[work.next];
    if (work === undefined || receiver === undefined) throw new Error('A delivery settled that no partition waits for.');
    partition.isCalling = false;
    receiver.settled(delivery);
    this.#leaveTurn(partition);
    work.next += 1;
    this.proceed(partition);
  }

  #leaveTurn(partition: Partition): void {
    if (!partition.hasTurn) return;
    partition.hasTurn = false;
    this.#lease.suspects.leave();
  }

  #except(partition: Partition): void {
    if (partition.isExcepted) return;
    partition.isExcepted = true;
    for (const work of partition.works) work.isExcepted = true;
    this.#excepted.add(partition);
  }

  #finish(partition: Partition, last: Work): void {
    this.#partitions.delete(partition.user);
    if (partition.isExcepted) this.#excepted.delete(partition);
    this.#handled.set(partition.user, last.change.revision);
    if (this.#handled.size >= remembered) {
      this.#handledBefore = this.#handled;
      this.#handled = new Map();
    }
    const waiting = partition.whenIdle;
    if (waiting !== undefined) for (const callback of waiting) callback();
    this.#semaphore.release();
  }
}
