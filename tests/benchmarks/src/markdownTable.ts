const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(' | ')} |`;

/** A table in Markdown; `columns` are titles, and the text of a cell. */
export const markdownTable = <A>(columns: ReadonlyArray<readonly [string, (item: A) => string]>, items: ReadonlyArray<A>): string =>
  [row(columns.map(([title]) => title)), row(columns.map(() => '---')), ...items.map((item) => row(columns.map(([, text]) => text(item))))].join('\n');

/** A number for people: three digits, or whole; a dash where there is none. */
export const shortNumber = (value: number | undefined): string =>
  value === undefined ? '–' : value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
