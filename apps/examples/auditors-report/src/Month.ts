/** A calendar month in UTC: from `since` on, before `until`, in milliseconds since the Unix epoch. */
export interface Month {
  readonly since: number;
  readonly until: number;
}

/** `2026-01`; undefined where it is no month. */
export const parseMonth = (text: string): Month | undefined => {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined) return undefined;
  return { since: Date.UTC(Number(year), Number(month) - 1), until: Date.UTC(Number(year), Number(month)) };
};
