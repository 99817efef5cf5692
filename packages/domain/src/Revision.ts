import { decimalOf } from './Decimal.js';

/**
 * The place of an event in its stream: 0 for the first one, without gaps in what is appended
 * (reading can meet gaps: `$maxCount`, scavenges). Decimal text, in programs as in JSON; compare it with
 * {@link isAfter}.
 *
 * @category model
 */
export type Revision = string & { readonly Revision: unique symbol };

/** @throws RangeError where the value is no whole number of 0 or more @category constructors */
export const Revision = (value: bigint | number | string): Revision => decimalOf(value, 'A revision') as Revision;

/** The revision of the event after the head of a stream. @category combinators */
export const revisionAfter = (head: Revision | 'no-stream', events = 1): Revision =>
  Revision(head === 'no-stream' ? events - 1 : BigInt(head) + BigInt(events));
