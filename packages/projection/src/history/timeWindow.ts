import type { TimeMeant } from '../History.js';
import type { RowReader } from '../model/RowReader.js';

/** Which changes a query is about by their time: `since` inclusive, `until` exclusive. @category model */
export interface TimeWindow {
  readonly since?: number;
  readonly until?: number;
  readonly by?: TimeMeant;
}

/** The greatest number below one: times are milliseconds, and may have fractions. */
const lessThan = (value: number): number => value - Math.max(Number.EPSILON * Math.abs(value), Number.MIN_VALUE);

/**
 * The rows that may be in a window, from one to another (inclusive), and which of them are: recorded times never step back,
 * original ones may, but are never later.
 *
 * @category destructors
 */
export const rowsWithin = (
  rows: RowReader,
  { since, until, by = 'original' }: TimeWindow,
): { readonly low: number; readonly high: number; readonly has: (index: number) => boolean } => {
  const isRecorded = by === 'recorded';
  return {
    low: since === undefined ? 0 : rows.last('time', lessThan(since)) + 1,
    high: until === undefined || !isRecorded ? rows.count - 1 : rows.last('time', lessThan(until)),
    has: (index) => {
      if (isRecorded || (since === undefined && until === undefined)) return true;
      const made = rows.made(index);
      return (since === undefined || made >= since) && (until === undefined || made < until);
    },
  };
};
