import type { LoadedModule } from '../LoadedModule.js';
import type { Change } from './Change.js';
import type { Delivery } from './Delivery.js';
import type { Suspects } from './Suspects.js';

/** Where a change stands in line: tells lines apart. */
export interface Line {
  readonly isIdle: (user: string) => boolean;
}

/**
 * A module as the partitions see it. `admits` says whether this change, in that line, is delivered now: `pass` goes on to the
 * next module (handled before, held back, paused), `wait` tries again after `whenReady`.
 */
export interface Receiver {
  readonly module: LoadedModule;
  readonly isReplay: boolean;
  readonly admits: (change: Change, line: Line) => 'deliver' | 'pass' | 'wait';
  readonly whenReady: (change: Change, resume: () => void) => void;
  /** What it admitted is being called now. */
  readonly begins: () => void;
  /** The callback was called and has settled: what follows from it is the receiver's business. */
  readonly settled: (delivery: Delivery) => void;
}

/** Whether this instance may call callbacks at this moment. */
export interface DeliveryLease {
  /** The number of the term. */
  readonly epoch: number;
  /** Who may have ended the process before this one: callbacks take turns while that is looked for. */
  readonly suspects: Suspects;
  readonly mayDeliver: () => boolean;
  /** Calls back when it may again; never if another instance has taken over. */
  readonly whenOpen: (callback: () => void) => void;
}

/** A change on its way through the modules. */
export class Work {
  readonly change: Change;
  readonly receivers: ReadonlyArray<Receiver>;
  /** When it was put in line, by the monotonic clock in milliseconds. */
  readonly since: number;
  /** How many of the receivers are through with it. */
  next = 0;
  /** Its user is accounted for one by one, so that nothing else waits for it. */
  isExcepted = false;

  constructor(change: Change, receivers: ReadonlyArray<Receiver>, since: number) {
    this.change = change;
    this.receivers = receivers;
    this.since = since;
  }

  get isDone(): boolean {
    return this.next === this.receivers.length;
  }
}
