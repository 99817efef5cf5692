/**
 * Where an epoch of the log begins (inclusive), its tag, and the last position that the epoch before it gave out, where
 * that is not the one just before.
 *
 * @category model
 */
export type LogEpoch = readonly [from: number, tag: string, lastBefore?: number];

/**
 * Whether this log is what a position was given out by. `held`: it is. `lost`: another history gave it out, which was lost
 * when an older copy of the log took its place. `ahead`: not folded so far, so that it can't be told yet.
 *
 * @category model
 */
export type PlaceInLog = 'held' | 'lost' | 'ahead';

/** The tag of the epoch that begins with the log. @category constants */
export const firstTag = '0';

/** What a log begins with. @category constants */
export const firstEpochs: ReadonlyArray<LogEpoch> = [[-1, firstTag]];

/** The tag of the epoch that an event begins: short, since each token carries one. @category constructors */
export const epochTag = (eventId: string): string => eventId.replaceAll('-', '').slice(0, 8);

/** Older ones are forgotten, so that what storage says about itself stays small; a position in them counts as lost. */
const remembered = 1_000;

/**
 * The epochs of a log: each who opens it and appends begins one. Two histories that share a beginning differ in their
 * epochs from where they part, so that a position with the tag of its epoch tells which of the two gave it out.
 *
 * @category model
 */
export class LogEpochs {
  #epochs: ReadonlyArray<LogEpoch>;

  constructor(epochs: ReadonlyArray<LogEpoch>) {
    this.#epochs = epochs;
  }

  all(): ReadonlyArray<LogEpoch> {
    return this.#epochs;
  }

  /** An epoch begins at a position; the one before it gave out none after `lastBefore`. One that was met before is passed over. */
  begin(from: number, tag: string, lastBefore = from - 1): void {
    if (from <= this.#last()[0]) return;
    const epoch: LogEpoch = lastBefore === from - 1 ? [from, tag] : [from, tag, lastBefore];
    this.#epochs = [...this.#epochs.slice(1 - remembered), epoch];
  }

  /** The tag of the epoch that a position is in. */
  at(position: number): string {
    return this.#epochs.findLast(([from]) => from <= position)?.[1] ?? '';
  }

  /** `folded`: up to where the epochs are known; `given`: the last position up to there that is given out. */
  placeOf(position: number, tag: string, folded: number, given = folded): PlaceInLog {
    if (position > given && position <= folded) return 'lost';
    const end = this.endOf(tag);
    if (end !== undefined && position > end) return 'lost';
    if (position > folded) return 'ahead';
    return this.at(position) === tag ? 'held' : 'lost';
  }

  /** The last position at or before one that is given out, of those up to `given`. */
  givenUpTo(position: number, given: number): number {
    const next = this.#epochs[this.#epochs.findLastIndex(([from]) => from <= position) + 1];
    return Math.min(position, next === undefined ? given : (next[2] ?? next[0] - 1));
  }

  /** The last position that an epoch gave out; infinite for the one that goes on; undefined where the log never had it. */
  endOf(tag: string): number | undefined {
    const index = this.#epochs.findLastIndex((epoch) => epoch[1] === tag);
    if (index < 0) return undefined;
    const next = this.#epochs[index + 1];
    return next === undefined ? Infinity : (next[2] ?? next[0] - 1);
  }

  #last(): LogEpoch {
    return this.#epochs.at(-1) ?? [-1, firstTag];
  }
}
