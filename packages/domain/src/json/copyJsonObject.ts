import * as E from 'fp-ts/lib/Either.js';
import { isWellFormed } from '../Utf8.js';
import type { Json, JsonObject } from './Json.js';
import { type JsonFault, jsonFault, within } from './JsonFault.js';
import { type JsonLimits, depthCeiling, depthFault, scalarBound, sizeFault, stringBound } from './JsonLimits.js';
import { isSafeNumber, keySurrogateFault, notAnObject, scalarFault, surrogateFault } from './scalarFault.js';

/**
 * Copies a value that a program made as content, checked and deeply frozen. The program's value is neither changed nor
 * referred to afterwards. Each property is read once; a getter or proxy that throws refuses the content.
 *
 * Taken are plain objects and arrays of null, booleans, numbers and strings. Refused, with the path, is whatever JSON
 * text would leave out or alter: undefined, functions, symbols, hidden properties, holes, BigInts, dates, class
 * instances, objects with `toJSON`, cycles. An object that stands in several places without a cycle is copied to each.
 *
 * @category checks
 */
export const copyJsonObject = (value: unknown, limits: JsonLimits): E.Either<JsonFault, JsonObject> => {
  const maxDepth = limits.maxDepth < depthCeiling ? limits.maxDepth : depthCeiling;
  if (maxDepth < 1) return E.left(depthFault(maxDepth));
  let copy: Copy | JsonFault;
  try {
    copy = isPlainObject(value) ? copyObject(value, [value], maxDepth) : notAnObject;
  } catch {
    copy = unreadable;
  }
  if (isFault(copy)) return E.left(copy);
  const tooLarge = sizeFault(copy.json, copy.bound, limits.maxContentBytes);
  return tooLarge === undefined ? E.right(copy.json as JsonObject) : E.left(tooLarge);
};

/** A copied value, and the most bytes that it can take as JSON text. */
interface Copy {
  readonly _tag: 'Copy';
  readonly json: Json;
  readonly bound: number;
}

const isFault = (result: Copy | JsonFault): result is JsonFault => result._tag === 'JsonFault';

type Unread = { readonly [key: string]: unknown };

/** `ancestors` are the objects and arrays on the way from the root to this one, itself included. */
const copyObject = (object: Unread, ancestors: ReadonlyArray<object>, maxDepth: number): Copy | JsonFault => {
  const keys = Object.keys(object);
  if (Reflect.ownKeys(object).length !== keys.length) return hiddenProperties;
  const json: { [key: string]: Json } = {};
  let bound = 2;
  for (const key of keys) {
    if (!isWellFormed(key)) return within(key, keySurrogateFault);
    const copy = copyValue(object, key, ancestors, maxDepth);
    if (isFault(copy)) return within(key, copy);
    bound += stringBound(key) + copy.bound + 2;
    if (key === '__proto__') define(json, key, copy.json);
    else json[key] = copy.json;
  }
  return { _tag: 'Copy', json: Object.freeze(json), bound };
};

const copyArray = (array: ReadonlyArray<unknown>, ancestors: ReadonlyArray<object>, maxDepth: number): Copy | JsonFault => {
  const length = array.length;
  // All elements and `length`: fewer are holes, more are properties that JSON leaves out.
  if (Reflect.ownKeys(array).length !== length + 1) return unlikeJsonArray;
  const json: Array<Json> = [];
  let bound = 2;
  for (let i = 0; i < length; i += 1) {
    if (!Object.hasOwn(array, i)) return unlikeJsonArray;
    const copy = copyValue(array as ReadonlyArray<unknown> & Unread, i, ancestors, maxDepth);
    if (isFault(copy)) return within(i, copy);
    bound += copy.bound + 1;
    json.push(copy.json);
  }
  return { _tag: 'Copy', json: Object.freeze(json), bound };
};

const copyValue = (
  holder: Unread,
  key: string | number,
  ancestors: ReadonlyArray<object>,
  maxDepth: number,
): Copy | JsonFault => {
  let value: unknown;
  try {
    value = holder[key];
  } catch {
    return unreadable;
  }
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? { _tag: 'Copy', json: value, bound: stringBound(value) } : surrogateFault;
    case 'boolean':
      return { _tag: 'Copy', json: value, bound: scalarBound };
    case 'number':
      if (isSafeNumber(value)) return { _tag: 'Copy', json: value === 0 ? 0 : value, bound: scalarBound };
      break;
    case 'object':
      return value === null
        ? { _tag: 'Copy', json: null, bound: scalarBound }
        : copyNested(value, ancestors, maxDepth);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      break;
  }
  return scalarFault(value) ?? unreadable;
};

const copyNested = (value: object, ancestors: ReadonlyArray<object>, maxDepth: number): Copy | JsonFault => {
  if (ancestors.includes(value)) return cycle;
  if (ancestors.length >= maxDepth) return depthFault(maxDepth);
  try {
    if (isPlainArray(value)) return copyArray(value, [...ancestors, value], maxDepth);
    if (isPlainObject(value)) return copyObject(value, [...ancestors, value], maxDepth);
    return notPlain;
  } catch {
    return unreadable;
  }
};

/** An object literal, of this realm or another one, or one without a prototype. */
const isPlainObject = (value: unknown): value is Unread => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isForeignObjectPrototype(prototype);
};

const isForeignObjectPrototype = (prototype: unknown): boolean =>
  typeof prototype === 'object' &&
  prototype !== null &&
  Object.getPrototypeOf(prototype) === null &&
  Object.hasOwn(prototype, 'isPrototypeOf');

/** An array whose prototype is that of arrays, of this realm or another one: such prototypes are arrays themselves. */
const isPlainArray = (value: object): value is ReadonlyArray<unknown> => {
  if (!Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || Array.isArray(prototype);
};

/** Plain assignment to `__proto__` would set the prototype. */
const define = (object: object, key: string, value: Json): void => {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

const unreadable = jsonFault('invalid_content', 'It could not be read: a getter or proxy threw.');
const cycle = jsonFault('invalid_content', 'It holds itself, and JSON has no form for cycles.');
const notPlain = jsonFault(
  'invalid_content',
  'It is an instance of a class (a Date, Map or the like), not plain JSON. Convert it to an object, array or string.',
);
const hiddenProperties = jsonFault(
  'invalid_content',
  'It has a property that JSON would leave out: one with a symbol as key, or one that is not enumerable.',
);
const unlikeJsonArray = jsonFault('invalid_content', 'It is an array with holes or with named properties.');
