import { isAfter, isAtLeast, type Position, type ReadFrom } from '@account-data/event-store';

/** @category predicates */
export const isAtOrAfter = (position: ReadFrom, other: Position): boolean => position !== 'start' && isAtLeast(position, other);

/** The later one of the two. @category combinators */
export const farther = (position: ReadFrom, other: Position): Position =>
  position !== 'start' && isAfter(position, other) ? position : other;
