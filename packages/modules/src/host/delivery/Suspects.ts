import { isAfter, type Position } from '@account-data/event-store';
import type { GroupProgress, StoredSuspect } from '../progress/ModuleProgress.js';
import { deathsToConvict, type Suspicion } from '../progress/suspicionOf.js';
import type { Change } from './Change.js';

/** How many are remembered: those that were running at the latest deaths. */
const maxRemembered = 16;

/** Marks durably what `stored` answers then; resolved when it is written, or can't be any more. */
export type WriteMark = () => Promise<void>;

interface Turn {
  readonly module: string;
  readonly change: Change;
  readonly begin: () => void;
}

/**
 * What may have ended the process that delivered before: a callback that ends or hangs its process would do so at each
 * start. While it is looked for, deliveries take turns: one callback at a time, each marked in the progress before it
 * begins, so that whoever comes after a death knows which one it was. Otherwise nothing is written before a callback.
 * The earliest in the log comes first, so that after another death nothing is delivered again before what ran then: it gets
 * its turn at once, and is cleared of it where it was not the cause.
 */
export class Suspects {
  readonly #known = new Map<string, StoredSuspect>();
  readonly #convicted = new Set<string>();
  readonly #writeMark: WriteMark;
  #waiting: Array<Turn> = [];
  #current: Turn | undefined;
  #isLooking: boolean;
  #upTo: Position | undefined;
  #isChoosing = false;
  #taken = 0;

  constructor({ suspects, lookingUpTo }: Suspicion, writeMark: WriteMark) {
    this.#writeMark = writeMark;
    for (const suspect of suspects) {
      const key = keyOf(suspect.module, suspect.eventId);
      this.#known.set(key, suspect);
      if (isConvicted(suspect)) this.#convicted.add(key);
    }
    this.#isLooking = lookingUpTo !== undefined;
    this.#upTo = lookingUpTo;
  }

  /** Whether deliveries take turns. */
  get isLooking(): boolean {
    return this.#isLooking;
  }

  /** How many turns were taken. */
  get taken(): number {
    return this.#taken;
  }

  /** They take turns until everything up to here is through. */
  get upTo(): Position | undefined {
    return this.#upTo;
  }

  get convicted(): ReadonlyArray<StoredSuspect> {
    return [...this.#known.values()].filter(isConvicted);
  }

  /** Whether processes end by this delivery, so that it is to be parked and not to be called. */
  isConvicted(module: string, { eventId }: Change): boolean {
    return this.#convicted.size > 0 && this.#convicted.has(keyOf(module, eventId));
  }

  /**
   * True: no turns are taken, it may begin. False: `begin` is called when it is its turn, also where they end before; whoever
   * is called says `leave` afterwards, whether it has begun anything or not.
   */
  enter(module: string, change: Change, begin: () => void): boolean {
    if (!this.#isLooking) return true;
    this.#waiting.push({ module, change, begin });
    this.#next();
    return false;
  }

  /** Resolved when it is its turn. */
  async turn(module: string, change: Change): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.enter(module, change, resolve)) resolve();
    });
  }

  /** The delivery whose turn it was is over, and the process lives. */
  leave(): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#known.delete(keyOf(current.module, current.change.eventId));
    this.#next();
  }

  /** It was put aside: nothing of it is remembered here. */
  parked(module: string, eventId: string): void {
    const key = keyOf(module, eventId);
    this.#known.delete(key);
    this.#convicted.delete(key);
  }

  /** At full speed again: what was suspected has been delivered, or one was found. Before that it is written that nobody looks any more. */
  async endLooking(): Promise<void> {
    this.#upTo = undefined;
    await this.#writeMark();
    this.#isLooking = false;
    this.#current = undefined;
    for (const [key, suspect] of this.#known) if (!isConvicted(suspect)) this.#known.delete(key);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const turn of waiting) turn.begin();
  }

  /** What the progress says of them, with the one that runs marked, unless delivery is let go of. */
  stored(isReleased: boolean): Pick<GroupProgress, 'suspects' | 'lookingUpTo'> {
    const suspects = this.#remembered(isReleased ? undefined : this.#current);
    return { ...(suspects.length === 0 ? {} : { suspects }), ...(this.#upTo === undefined ? {} : { lookingUpTo: this.#upTo }) };
  }

  #remembered(current: Turn | undefined): ReadonlyArray<StoredSuspect> {
    if (current === undefined) return [...this.#known.values()];
    const key = keyOf(current.module, current.change.eventId);
    const others = [...this.#known].filter(([other]) => other !== key).map(([, suspect]) => suspect);
    const { module, change } = current;
    const deaths = this.#known.get(key)?.deaths ?? 0;
    return [...others.slice(1 - maxRemembered), { module, eventId: change.eventId, position: change.position, deaths, isRunning: true }];
  }

  #next(): void {
    if (this.#isChoosing || this.#current !== undefined || this.#waiting.length === 0) return;
    this.#isChoosing = true;
    void this.#chooseAndBegin();
  }

  async #chooseAndBegin(): Promise<void> {
    // What the one before came to is in the same progress, and the next change of its user waits with the others.
    await Promise.resolve();
    this.#isChoosing = false;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const turn = this.#waiting.reduce((earliest, other) => (isAfter(earliest.change.position, other.change.position) ? other : earliest), first);
    this.#waiting.splice(this.#waiting.indexOf(turn), 1);
    this.#current = turn;
    this.#taken += 1;
    await this.#writeMark();
    turn.begin();
  }
}

const isConvicted = ({ deaths }: StoredSuspect): boolean => deaths >= deathsToConvict;

const keyOf = (module: string, eventId: string): string => `${module} ${eventId}`;
