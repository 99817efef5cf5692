import { type Operation, Pointer, createPatch } from 'rfc6902';
import type { Comparisons } from './Comparisons.js';

/** Gives the operations on two values, or undefined to have them compared part by part. */
export type VoidableDiff = NonNullable<Parameters<typeof createPatch>[2]>;

type Items = ReadonlyArray<unknown>;

/**
 * What comparing two arrays item by item costs, in comparisons. The library keeps for each pair of items all operations
 * that lead up to it, so that it grows with the third power.
 */
const costOf = (before: Items, after: Items): number => ((before.length + 1) * (after.length + 1) * (before.length + after.length)) / 8;

const isSame = (a: unknown, b: unknown): boolean => a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));

/**
 * The operations that make one array of another where comparing all of their items would cost too much: what both begin
 * and end with is left alone. Undefined where it would not.
 */
export const arrayDiff = (before: Items, after: Items, at: Pointer, budget: Comparisons, ofItems: VoidableDiff): Array<Operation> | undefined => {
  if (budget.take(costOf(before, after))) return undefined;
  const replaced: Array<Operation> = [{ op: 'replace', path: at.toString(), value: after }];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isSame(before[before.length - 1 - end], after[after.length - 1 - end])) end += 1;
  const was = before.slice(start, before.length - end);
  const is = after.slice(start, after.length - end);
  // Whoever applies them moves, for each, what comes after it.
  if (!budget.take((Math.max(was.length, is.length) * Math.max(before.length, after.length)) / 1_024)) return replaced;
  if (was.length === 0) return is.map((value, index) => ({ op: 'add', path: at.add(String(start + index)).toString(), value }));
  if (is.length === 0) return was.map(() => ({ op: 'remove', path: at.add(String(start)).toString() }));
  return budget.take(costOf(was, is)) ? middleDiff(was, is, start, at, ofItems) : replaced;
};

/** The operations on what lies in the middle, whose items stand `start` further on. */
const middleDiff = (before: Items, after: Items, start: number, at: Pointer, ofItems: VoidableDiff): Array<Operation> => {
  let length = before.length;
  const isRoot = ({ tokens }: Pointer): boolean => tokens.length === 1;
  return createPatch(before, after, (was: unknown, is: unknown, pointer) => (isRoot(pointer) ? undefined : ofItems(was, is, pointer))).map((operation): Operation => {
    const [, index = '', ...rest] = Pointer.fromJSON(operation.path).tokens;
    const place = start + (index === '-' ? length : Number(index));
    if (rest.length === 0 && operation.op === 'add') length += 1;
    if (rest.length === 0 && operation.op === 'remove') length -= 1;
    return { ...operation, path: [String(place), ...rest].reduce((pointer, token) => pointer.add(token), at).toString() };
  });
};
