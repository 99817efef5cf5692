import { relativeTime as relativeTimeIn } from '@account-data/client';

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

/** `3 hr. ago`, of milliseconds since the Unix epoch. */
export const relativeTime = (time: number, now: number): string => relativeTimeIn(time, now, relative);

/** Date and time of day where the reader is. */
export const exactTime = (time: number): string => exact.format(time);

/** As the log tells it: UTC, to the millisecond. */
export const utcTime = (time: number): string => new Date(time).toISOString();

/** What `<input type="datetime-local">` holds, as milliseconds; undefined where it is empty or no time. */
export const timeOfInput = (text: string | null): number | undefined => {
  if (text === null || text === '') return undefined;
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? undefined : time;
};

/** A time as `<input type="datetime-local">` takes it, where the reader is, to the second. */
export const inputOfTime = (time: number): string => {
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19);
};
