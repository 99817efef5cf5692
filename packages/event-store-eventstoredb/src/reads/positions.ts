import { isAfter, isAtLeast, type Position, type ReadFrom } from '@account-data/event-store';

/** Whether a place in the log is at a position or behind it. @category predicates */
export const isAtOrAfter = (position: ReadFrom, other: Position): boolean => position !== 'start' && isAtLeast(position, other);

/** The later one of the two. @category combinators */
export const farther = (position: ReadFrom, other: Position): Position =>
  position !== 'start' && isAfter(position, other) ? position : other;
