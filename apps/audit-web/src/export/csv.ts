/** Spreadsheets take a cell that begins like this for a formula. */
const formula = /^[=+\-@\t\r]/;

/**
 * A cell of CSV (RFC 4180). One that a spreadsheet would take for a formula gets a `'` in front, which spreadsheets take as the
 * sign of text; and so every user ID, which begins with `@`.
 */
export const csvCell = (text: string): string => {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A line of CSV, with its end. */
export const csvLine = (cells: ReadonlyArray<string>): string => `${cells.map(csvCell).join(',')}\r\n`;
