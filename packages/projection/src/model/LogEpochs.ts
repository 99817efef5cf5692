/** Where an epoch of the log begins (inclusive), and its tag. @category model */
export type LogEpoch = readonly [from: number, tag: string];

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

  /** An epoch begins at a position. One that was met before is passed over. */
  begin(from: number, tag: string): void {
    if (from > this.#last()[0]) this.#epochs = [...this.#epochs.slice(1 - remembered), [from, tag]];
  }

  /** The tag of the epoch that a position is in. */
  at(position: number): string {
    return this.#epochs.findLast(([from]) => from <= position)?.[1] ?? '';
  }

  /** `folded`: up to where the epochs are known. */
  placeOf(position: number, tag: string, folded: number): PlaceInLog {
    if (position <= folded) return this.at(position) === tag ? 'held' : 'lost';
    const end = this.endOf(tag);
    return end !== undefined && position > end ? 'lost' : 'ahead';
  }

  /** The last position of an epoch; infinite for the one that goes on; undefined where the log never had it. */
  endOf(tag: string): number | undefined {
    const index = this.#epochs.findLastIndex((epoch) => epoch[1] === tag);
    if (index < 0) return undefined;
    const next = this.#epochs[index + 1];
    return next === undefined ? Infinity : next[0] - 1;
  }

  #last(): LogEpoch {
    return this.#epochs.at(-1) ?? [-1, firstTag];
  }
}
