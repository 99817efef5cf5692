import { decimalOf, isAfter } from './Decimal.js';

/**
 * The place of an event in the whole log. Strictly increasing, not contiguous; what it counts is the store's
 * business (EventStoreDB: the commit position). Comparable only within one log, with {@link isAfter}. Decimal text, in
 * programs as in JSON: it may be larger than a number holds exactly.
 *
 * @category model
 */
export type Position = string & { readonly Position: unique symbol };

/** @throws RangeError where the value is no whole number of 0 or more @category constructors */
export const Position = (value: bigint | number | string): Position => decimalOf(value, 'A position') as Position;

/** Where reading begins: after a position (exclusive), or at the first event. @category model */
export type ReadFrom = Position | 'start';

/** Whether `a` comes before `b` in the log. @category combinators */
export const isBefore = (a: ReadFrom, b: ReadFrom): boolean => b !== 'start' && (a === 'start' || isAfter(b, a));

/** Whether `a` is at or before `b` in the log. @category combinators */
export const isUpTo = (a: ReadFrom, b: ReadFrom): boolean => !isBefore(b, a);

/** The later of two places in the log. @category combinators */
export const latest = <A extends ReadFrom>(a: ReadFrom, b: A): A | Position => (a !== 'start' && isBefore(b, a) ? a : b);

/** The earlier of two places in the log. @category combinators */
export const earliest = <A extends ReadFrom, B extends ReadFrom>(a: A, b: B): A | B => (isBefore(b, a) ? b : a);
