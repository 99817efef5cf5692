import type { OpenSide } from './Side.js';

/** `µs` is the processor time of the side for each operation: what is measured beside every other figure. @category model */
export type Unit = 'changes/s' | 'reads/s' | 'requests/s' | 'deliveries/s' | 'events/s' | 'appends/s' | 'ms' | 'MB' | 'µs';

/** What is asked of a figure: of the ratio ours/baseline, of our own value, or of what ours adds to the baseline's, in the figure's unit. @category model */
export type Target =
  | { readonly _tag: 'Ratio'; readonly value: number }
  | { readonly _tag: 'Ours'; readonly value: number }
  | { readonly _tag: 'Added'; readonly value: number };

/** A figure: two sides measured in turns. @category model */
export interface Figure {
  readonly name: string;
  /** What is measured, against what, in one sentence. */
  readonly about: string;
  readonly unit: Unit;
  readonly target: Target;
  /** Why it can't be measured here and now; undefined where it can. */
  readonly unavailable?: () => string | undefined | Promise<string | undefined>;
  /** Whether it is measured only where it is asked for by its name. */
  readonly isByName?: true;
  /** The figures that `--only` names at once by it. */
  readonly group?: string;
  /** For figures whose round is a fixed amount of work, however long it takes: never more rounds than this. */
  readonly fixedWork?: { readonly maxRounds: number };
  /** A figure of the same rounds: the most anonymous memory of both sides, in `MB`. */
  readonly memory?: Pick<Figure, 'name' | 'about' | 'target'>;
  readonly ours: OpenSide;
  readonly baseline: OpenSide;
  /** Measured in the same turns and told beside the figure: what a reader would ask about next. */
  readonly beside?: ReadonlyArray<{ readonly about: string; readonly side: OpenSide }>;
}

/** Durations, processor time and memory are better when lower, rates when higher. */
export const isLowerBetter = (unit: Unit): boolean => unit === 'ms' || unit === 'MB' || unit === 'µs';

const targeted = (target: Target, ours: number, baseline: number): number => {
  switch (target._tag) {
    case 'Ratio':
      return ours / baseline;
    case 'Ours':
      return ours;
    case 'Added':
      return ours - baseline;
  }
};

/** Whether the target is reached. A target of a rate is a minimum, any other a maximum. */
export const meets = (figure: Pick<Figure, 'unit' | 'target'>, ours: number, baseline: number): boolean => {
  const value = targeted(figure.target, ours, baseline);
  return isLowerBetter(figure.unit) ? value <= figure.target.value : value >= figure.target.value;
};

/** Whether a figure is measured by a run that names these, or groups; undefined: by one that names none. */
export const isAskedBy =
  (only: ReadonlyArray<string> | undefined) =>
  ({ name, group, isByName }: Pick<Figure, 'name' | 'group' | 'isByName'>): boolean =>
    only === undefined ? isByName !== true : only.includes(name) || (group !== undefined && only.includes(group));
