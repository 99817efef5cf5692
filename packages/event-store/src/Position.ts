/**
 * The place of an event in the whole log. Strictly increasing, not contiguous; what it counts is the store's
 * business (EventStoreDB: the commit position). Comparable only within one log. A decimal string in JSON.
 *
 * @category model
 */
export type Position = bigint & { readonly Position: unique symbol };

/** @category constructors */
export const Position = (value: bigint | number): Position => {
  const position = BigInt(value);
  if (position < 0n) throw new RangeError(`A position is 0 or more, not ${position}.`);
  return position as Position;
};

/** Where reading begins: after a position (exclusive), or at the first event. @category model */
export type ReadFrom = Position | 'start';
