import { markdownTable, shortNumber } from '../markdownTable.js';
import type { KeptLine } from '../Survey.js';
import { type GrowthResult, type GrowthRow, growthRows } from './GrowthCase.js';

const rows = Object.keys(growthRows) as ReadonlyArray<GrowthRow>;

/** The slowest (or largest) by the fastest, of logs that differ in size; undefined where there are not two. */
export const flatness = (row: GrowthRow, results: ReadonlyArray<GrowthResult>): number | undefined => {
  const values = results.filter(({ isSize }) => isSize).flatMap(({ values: { [row]: value } }) => (value === undefined ? [] : [value]));
  return values.length < 2 ? undefined : Math.max(...values) / Math.min(...values);
};

/** A row for each kind of work, a column for each log. */
export const growthTable = (results: ReadonlyArray<GrowthResult>): string =>
  markdownTable<GrowthRow>(
    [
      ['', (row) => `${growthRows[row].about}, ${growthRows[row].unit}`],
      ...results.map(({ name, values }): readonly [string, (row: GrowthRow) => string] => [name, (row) => shortNumber(values[row])]),
      ['flatness', (row) => shortNumber(flatness(row, results))],
    ],
    rows,
  );

/** What is kept: each number, and the flatness of each row. */
export const growthLines = (results: ReadonlyArray<GrowthResult>): ReadonlyArray<KeptLine> =>
  rows.flatMap((row) => {
    const { unit } = growthRows[row];
    const each = results.flatMap(({ name, values: { [row]: value } }) => (value === undefined ? [] : [{ name: `growth/${name}/${row}`, value, unit }]));
    const flat = flatness(row, results);
    return flat === undefined ? each : [...each, { name: `growth/flatness/${row}`, value: flat, unit: 'ratio' }];
  });
