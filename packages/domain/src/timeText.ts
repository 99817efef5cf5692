/** The last millisecond of the year 9999: later times have no RFC 3339 text. @category constants */
export const latestTime = 253_402_300_799_999;

/** The first millisecond of the year 0. */
const earliestTime = -62_167_219_200_000;

/** Whether a time from outside may be stored: milliseconds since the Unix epoch, up to the end of the year 9999. @category predicates */
export const isStorableTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= latestTime;

/**
 * A time, in milliseconds since the Unix epoch, as RFC 3339 text. Total: a log may hold times that have no such text, and
 * they must not make what is around them unreadable. They are given as the nearest time that has one.
 *
 * @category destructors
 */
export const timeText = (time: number): string =>
  new Date(Number.isNaN(time) ? 0 : Math.min(latestTime, Math.max(earliestTime, time))).toISOString();
