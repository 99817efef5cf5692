/** Months by UTC, written `2026-11`: the order of the texts is that of time. */

/** The month of a time in milliseconds since the Unix epoch. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

export const monthBefore = (month: string): string => monthOf(Date.parse(`${month}-01T00:00:00Z`) - 1);

export const isMonth = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
