import type { OpenSide } from './Side.js';

/** @category model */
export type Unit = 'changes/s' | 'reads/s' | 'requests/s' | 'deliveries/s' | 'events/s' | 'appends/s' | 'ms';

/** What is asked of a figure: of the ratio ours/baseline, or of our own value in the figure's unit. @category model */
export type Target =
  | { readonly _tag: 'Ratio'; readonly value: number }
  | { readonly _tag: 'Ours'; readonly value: number };

/** A figure: two sides measured in turns. @category model */
export interface Figure {
  readonly name: string;
  /** What is measured, against what, in one sentence. */
  readonly about: string;
  readonly unit: Unit;
  readonly target: Target;
  /** Why it can't be measured here and now; undefined where it can. */
  readonly unavailable?: () => string | undefined;
  /** For figures whose round is a fixed amount of work, however long it takes: never more rounds than this. */
  readonly fixedWork?: { readonly maxRounds: number };
  readonly ours: OpenSide;
  readonly baseline: OpenSide;
}

/** Durations are better when lower, rates when higher. */
export const isLowerBetter = (unit: Unit): boolean => unit === 'ms';

/** Whether the target is reached. A target of a rate is a minimum, that of a duration a maximum. */
export const meets = (figure: Pick<Figure, 'unit' | 'target'>, ours: number, baseline: number): boolean => {
  const value = figure.target._tag === 'Ratio' ? ours / baseline : ours;
  return isLowerBetter(figure.unit) ? value <= figure.target.value : value >= figure.target.value;
};
