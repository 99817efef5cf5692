import Table from 'cli-table3';
import stringWidth from 'string-width';

/** Columns of a terminal that a column of a table is never made narrower than. */
const narrowest = 8;

/** Between two columns. */
const gap = 2;

const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(gap) };

/** The widest columns give way until all fit. */
const fitted = (widths: ReadonlyArray<number>, columns: number): ReadonlyArray<number> => {
  const fit = [...widths];
  for (let excess = fit.reduce((sum, width) => sum + width, 0) + gap * (fit.length - 1) - columns; excess > 0; excess -= 1) {
    const widest = fit.indexOf(Math.max(...fit));
    if ((fit[widest] ?? 0) <= narrowest) break;
    fit[widest] = (fit[widest] ?? 0) - 1;
  }
  return fit;
};

/** Rows under their headings; no wider than `columns`, where that is given: what is too long ends with `…`. */
export const tableText = (headings: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>, columns?: number): string => {
  const lines = [headings, ...rows];
  const widths = headings.map((_, index) => lines.reduce((most, line) => Math.max(most, stringWidth(line[index] ?? '')), 0));
  const table = new Table({
    chars: none,
    colWidths: [...(columns === undefined ? widths : fitted(widths, columns))],
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  for (const line of lines) table.push([...line]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
};
