/** A whole number of 0 or more as decimal text, without leading zeros. */
const decimalText = /^(?:0|[1-9][0-9]*)$/;

/** @throws RangeError where the value is no whole number of 0 or more */
export const decimalOf = (value: bigint | number | string, what: string): string => {
  if (typeof value === 'number' ? Number.isSafeInteger(value) && value >= 0 : typeof value === 'bigint' ? value >= 0n : decimalText.test(value)) {
    return String(value);
  }
  throw new RangeError(`${what} is a whole number of 0 or more, not ${value}.`);
};

/** Whether a value is text that `decimalOf` gives, of at most 20 digits, as EventStoreDB's 64 bits need. */
export const isDecimal = (value: unknown): value is string => typeof value === 'string' && value.length <= 20 && decimalText.test(value);

/** Below 0 where `a` is the smaller number, 0 where they are equal. @category combinators */
export const compareDecimals = <A extends string>(a: A, b: A): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Whether `a` is greater than `b`: behind it in its stream, or in its log. @category combinators */
export const isAfter = <A extends string>(a: A, b: A): boolean => compareDecimals(a, b) > 0;

/** Whether `a` is `b` or comes after it. @category combinators */
export const isAtLeast = <A extends string>(a: A, b: A): boolean => compareDecimals(a, b) >= 0;

/** The number that is so much larger, or smaller; never below 0. @category combinators */
export const plus = <A extends string>(value: A, by: number): A => {
  // The sum of text below 10^15 and a safe `by` of the same size is exact.
  const sum = value.length < 16 ? String(Number(value) + by) : String(BigInt(value) + BigInt(by));
  if (sum.startsWith('-')) throw new RangeError(`${value} plus ${by} is less than 0.`);
  return sum as A;
};
