import type { Comparison } from './inTurns.js';

const precise = (value: number): number => Number(value.toPrecision(5));

const number = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

const lowerIsBetter: ReadonlySet<string> = new Set(['ms', 'MB', 'µs']);

/** As a person reads it: both values with their ratios to the baseline, and how many times the other one is. */
export const comparisonText = ({ name, unit, now, then, between, turns }: Comparison, commit: string): string =>
  `${name}: now ${number(now.ours)} ${unit} (ratio ${now.ratio.toFixed(2)}), ${commit} ${number(then.ours)} ${unit} (ratio ${then.ratio.toFixed(2)}); ` +
  `now/${commit} ${between.toFixed(3)} in ${turns} turns, ${lowerIsBetter.has(unit) ? 'lower' : 'higher'} is better`;

/** The same as one line of JSON. */
export const comparisonLine = ({ name, unit, now, then, between, turns }: Comparison, commit: string): string =>
  JSON.stringify({
    name,
    unit,
    now: precise(now.ours),
    now_ratio: precise(now.ratio),
    against: precise(then.ours),
    against_ratio: precise(then.ratio),
    commit,
    between: precise(between),
    turns,
  });
