import { decimalOf } from './Decimal.js';

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
