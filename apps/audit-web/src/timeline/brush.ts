/** Parts of a strip that are chosen: where that began, and where it is now, which may be before. @category model */
export type Brush = readonly [from: number, to: number];

/** What a strip shows: how much was changed in each of equal parts of a time. @category model */
export interface Strip {
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly since: number;
  /** The same, exclusive. */
  readonly until: number;
  readonly counts: ReadonlyArray<number>;
}

/** The time of the chosen parts: inclusive, exclusive. @category destructors */
export const timesOf = ({ since, until, counts }: Strip, [from, to]: Brush): readonly [since: number, until: number] => {
  const edge = (part: number): number => Math.ceil(since + ((until - since) * part) / counts.length);
  const first = edge(Math.min(from, to));
  return [first, Math.max(first + 1, edge(Math.max(from, to) + 1))];
};

/** How much was changed in the chosen parts. @category destructors */
export const changesIn = ({ counts }: Strip, [from, to]: Brush): number =>
  counts.slice(Math.min(from, to), Math.max(from, to) + 1).reduce((sum, count) => sum + count, 0);

/** The chosen parts in the words of an address: by the time of recording, which the strip counts by. @category destructors */
export const brushed = (strip: Strip, brush: Brush): { readonly since: string; readonly until: string; readonly by: 'recorded' } => {
  const [since, until] = timesOf(strip, brush).map((time) => new Date(time).toISOString());
  return { since: since ?? '', until: until ?? '', by: 'recorded' };
};

/** What is chosen after a key: another part, or with Shift more or fewer of them; undefined for a key that chooses nothing. @category combinators */
export const withKey = (brush: Brush | undefined, key: string, isShifted: boolean, parts: number): Brush | undefined => {
  const to = brush?.[1];
  const last = parts - 1;
  const targets: ReadonlyMap<string, number> = new Map([
    ['ArrowRight', to === undefined ? 0 : Math.min(last, to + 1)],
    ['ArrowLeft', to === undefined ? last : Math.max(0, to - 1)],
    ['Home', 0],
    ['End', last],
  ]);
  const target = targets.get(key);
  if (target === undefined) return undefined;
  return [isShifted && brush !== undefined ? brush[0] : target, target];
};
