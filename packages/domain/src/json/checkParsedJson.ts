import * as E from 'fp-ts/lib/Either.js';
import { isWellFormed } from '../Utf8.js';
import type { Json, JsonObject } from './Json.js';
import { type JsonFault, within } from './JsonFault.js';
import { depthCeiling } from '../Limits.js';
import { type JsonLimits, depthFault, scalarBound, sizeFault, stringBound } from './JsonLimits.js';
import { isSafeNumber, keySurrogateFault, notAnObject, scalarFault, surrogateFault } from './scalarFault.js';

/**
 * Takes over a value that came fresh from `JSON.parse` as content: checks it and freezes it deeply, in place and in one
 * pass. `-0` becomes 0, as JSON text has it. For values of any other origin use {@link copyJsonObject}.
 *
 * Where it is refused, the value may be frozen in part: drop it.
 *
 * @category checks
 */
export const checkParsedJson = (value: unknown, limits: JsonLimits): E.Either<JsonFault, JsonObject> => {
  if (!isObject(value)) return E.left(notAnObject);
  const maxDepth = limits.maxDepth < depthCeiling ? limits.maxDepth : depthCeiling;
  if (maxDepth < 1) return E.left(depthFault(maxDepth));
  const bound = settleObject(value, 1, maxDepth);
  if (typeof bound !== 'number') return E.left(bound);
  const tooLarge = sizeFault(value, bound, limits.maxContentBytes);
  return tooLarge === undefined ? E.right(value) : E.left(tooLarge);
};

/** What JSON.parse gives for `{…}`, still to be checked. */
type Parsed = { [key: string]: Json };

const isObject = (value: unknown): value is Parsed =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Gives the most bytes it can take as JSON text, or what is wrong with it. */
const settleObject = (object: Parsed, depth: number, maxDepth: number): number | JsonFault => {
  let bound = 2;
  for (const key of Object.keys(object)) {
    if (!isWellFormed(key)) return within(key, keySurrogateFault);
    const value: unknown = object[key];
    bound += stringBound(key) + 2;
    if (typeof value === 'string') {
      if (!isWellFormed(value)) return within(key, surrogateFault);
      bound += stringBound(value);
    } else if (typeof value === 'number' && isSafeNumber(value)) {
      if (Object.is(value, -0)) Reflect.set(object, key, 0);
      bound += scalarBound;
    } else if (typeof value === 'object' && value !== null) {
      const inner = settleNested(value, depth, maxDepth);
      if (typeof inner !== 'number') return within(key, inner);
      bound += inner;
    } else {
      const fault = scalarFault(value);
      if (fault !== undefined) return within(key, fault);
      bound += scalarBound;
    }
  }
  Object.freeze(object);
  return bound;
};

const settleArray = (array: Array<unknown>, depth: number, maxDepth: number): number | JsonFault => {
  let bound = 2;
  for (let i = 0; i < array.length; i += 1) {
    const value = array[i];
    bound += 1;
    if (typeof value === 'string') {
      if (!isWellFormed(value)) return within(i, surrogateFault);
      bound += stringBound(value);
    } else if (typeof value === 'number' && isSafeNumber(value)) {
      if (Object.is(value, -0)) Reflect.set(array, i, 0);
      bound += scalarBound;
    } else if (typeof value === 'object' && value !== null) {
      const inner = settleNested(value, depth, maxDepth);
      if (typeof inner !== 'number') return within(i, inner);
      bound += inner;
    } else {
      const fault = scalarFault(value);
      if (fault !== undefined) return within(i, fault);
      bound += scalarBound;
    }
  }
  Object.freeze(array);
  return bound;
};

const settleNested = (value: object, depth: number, maxDepth: number): number | JsonFault => {
  if (depth >= maxDepth) return depthFault(maxDepth);
  return Array.isArray(value)
    ? settleArray(value, depth + 1, maxDepth)
    : settleObject(value as Parsed, depth + 1, maxDepth);
};
