/**
 * How much a diff may still compare: a unit is one pair of values. What is left over at its end is told as replaced, which
 * is coarser and as right.
 *
 * @category model
 */
export interface Comparisons {
  /** Takes so many, where they are left. */
  readonly take: (count: number) => boolean;
  readonly taken: () => number;
}

/** A budget of `most` comparisons, which parts of one diff share. @category constructors */
export const comparisons = (most: number): Comparisons => {
  let taken = 0;
  return {
    take: (count) => {
      if (taken + count > most) return false;
      taken += count;
      return true;
    },
    taken: () => taken,
  };
};

/** At most so many of those that are left. @category constructors */
export const portionOf = (whole: Comparisons, most: number): Comparisons => {
  const own = comparisons(most);
  return { take: (count) => own.taken() + count <= most && whole.take(count) && own.take(count), taken: own.taken };
};

/** Of one content: some milliseconds. @category constants */
export const comparisonsOfContent = 20_000;

/** Of all contents of an answer. @category constants */
export const comparisonsOfAnswer = 200_000;
