import { isLowerBetter, type Figure } from './Figure.js';
import { markdownTable } from './markdownTable.js';
import type { FigureResult, SideResult } from './measureFigure.js';
import type { KeptLine } from './Survey.js';

const precise = (value: number): number => Number(value.toPrecision(5));

/** A figure as one line of JSON: `name`, `ours`, `baseline`, `ratio` (ours/baseline), `unit`, `runs` (rounds a side). */
export const jsonLine = ({ figure, ours, baseline, ratio, runs }: FigureResult): string =>
  JSON.stringify({
    name: figure.name,
    ours: precise(ours.median),
    baseline: precise(baseline.median),
    ratio: precise(ratio),
    unit: figure.unit,
    runs,
  });

const number = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** As a person reads it: `ratio ≥ 0.7`. */
export const targetText = ({ unit, target }: Pick<Figure, 'unit' | 'target'>): string => {
  const sign = isLowerBetter(unit) ? '≤' : '≥';
  switch (target._tag) {
    case 'Ratio':
      return `ratio ${sign} ${target.value}`;
    case 'Ours':
      return `${sign} ${number(target.value)} ${unit}`;
    case 'Added':
      return `adds ${sign} ${number(target.value)} ${unit}`;
  }
};

const sideText = ({ median, worst, best }: SideResult): string =>
  `${number(median)} (${number(worst)} to ${number(best)})`;

/** What was measured beside a figure: `the bare client's unary path: 1,040 (990 to 1,102) appends/s`, and so on. */
export const besideText = ({ figure, beside }: Pick<FigureResult, 'figure' | 'beside'>): string | undefined =>
  beside.length === 0 ? undefined : beside.map((side) => `${side.about}: ${sideText(side)} ${figure.unit}`).join('; ');

const columns: ReadonlyArray<readonly [string, (result: FigureResult) => string]> = [
  ['figure', ({ figure }) => figure.name],
  ['ours (worst to best)', ({ ours }) => sideText(ours)],
  ['baseline (worst to best)', ({ baseline }) => sideText(baseline)],
  ['unit', ({ figure }) => figure.unit],
  ['ratio', ({ ratio }) => ratio.toFixed(2)],
  ['target', ({ figure }) => targetText(figure)],
  ['', ({ met }) => (met ? 'met' : 'missed')],
  ['µs CPU each, ours/baseline', ({ ours, baseline }) => `${number(ours.processor)}/${number(baseline.processor)}`],
  ['rounds', ({ runs }) => String(runs)],
  ['', (result) => [result.ours.note, besideText(result)].filter((text) => text !== undefined).join('; ')],
];

/** All figures as a table for people; medians of the rounds, with the worst and the best round. */
export const table = (results: ReadonlyArray<FigureResult>): string => {
  const rows = [columns.map(([title]) => title), ...results.map((result) => columns.map(([, text]) => text(result)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd())
    .join('\n');
};

/** All figures as a table in Markdown. */
export const figuresMarkdown = (results: ReadonlyArray<FigureResult>): string => markdownTable(columns, results);

/** What is kept of figures: ours, and the ratio, which is what two runs are best compared by. */
export const figureLines = (results: ReadonlyArray<FigureResult>): ReadonlyArray<KeptLine> =>
  results.flatMap(({ figure, ours, ratio }) => [
    { name: figure.name, value: ours.median, unit: figure.unit },
    { name: `${figure.name}/ratio`, value: ratio, unit: 'ratio' },
  ]);
