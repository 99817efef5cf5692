/** Positions from one to another, both inclusive. @category model */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

/** Positions that are lost, as they are found: in ascending order. */
export interface LostPositions {
  readonly add: (from: number, to: number) => void;
  readonly ranges: () => ReadonlyArray<PositionRange>;
  readonly has: (position: number) => boolean;
}

export const createLostPositions = (): LostPositions => {
  const ranges: Array<PositionRange> = [];
  return {
    add: (from, to) => {
      if (from > to) return;
      const last = ranges.at(-1);
      if (last !== undefined && last.to >= from - 1) ranges[ranges.length - 1] = { from: last.from, to: Math.max(last.to, to) };
      else ranges.push({ from, to });
    },
    ranges: () => ranges,
    has: (position) => {
      let low = 0;
      let high = ranges.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((ranges[middle]?.to ?? 0) < position) low = middle + 1;
        else high = middle;
      }
      return (ranges[low]?.from ?? Infinity) <= position;
    },
  };
};
