import * as E from 'fp-ts/lib/Either.js';
import { isWellFormed } from '../Utf8.js';
import type { Json, JsonObject } from './Json.js';
import { type JsonFault, jsonFault, within } from './JsonFault.js';
import { depthCeiling } from '../Limits.js';
import { type JsonLimits, depthFault, scalarBound, sizeFault, stringBound } from './JsonLimits.js';
import { type Unread, isPlainArray, isPlainObject } from './plainObjects.js';
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
  const pass = new CopyPass(limits.maxDepth);
  let json: Json | undefined;
  try {
    json = isPlainObject(value) ? copyObject(value, pass) : pass.refuse(notAnObject);
  } catch {
    // Only the caller's getters and proxies can throw here.
    pass.refuse(unreadable);
  }
  if (pass.fault !== undefined) return E.left(pass.fault);
  const copy = json as JsonObject;
  const tooLarge = sizeFault(copy, pass.bound, limits.maxContentBytes);
  return tooLarge === undefined ? E.right(copy) : E.left(tooLarge);
};

/** What one copy in progress knows. It never leaves {@link copyJsonObject}. */
class CopyPass {
  readonly maxDepth: number;
  /** The objects and arrays from the root to where the copy is now, and the keys between them. */
  readonly ancestors: Array<object> = [];
  readonly keys: Array<string | number> = [];
  /** What is being read. */
  key: string | number | undefined;
  /** The most bytes that the copy can take as JSON text. */
  bound = 0;
  fault: JsonFault | undefined;

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth < depthCeiling ? maxDepth : depthCeiling;
  }

  /** Notes what is wrong with what is being read. Undefined, which is no JSON, stands for a refused value. */
  refuse(fault: JsonFault): Json | undefined {
    let placed = this.key === undefined ? fault : within(this.key, fault);
    for (let i = this.keys.length - 1; i >= 0; i -= 1) placed = within(this.keys[i] ?? '', placed);
    this.fault = placed;
    return undefined;
  }
}

const copyObject = (object: Unread, pass: CopyPass): Json | undefined => {
  const keys = Object.keys(object);
  if (hasOtherThan(object, keys.length)) return pass.refuse(hiddenProperties);
  if (pass.ancestors.length >= pass.maxDepth) return pass.refuse(depthFault(pass.maxDepth));
  pass.ancestors.push(object);
  const copy: { [key: string]: Json } = {};
  let bound = 2;
  for (const key of keys) {
    pass.key = key;
    if (!isWellFormed(key)) return pass.refuse(keySurrogateFault);
    const value = copyValue(object[key], pass);
    if (value === undefined) return undefined;
    bound += stringBound(key) + 2;
    if (key === '__proto__') define(copy, key, value);
    else copy[key] = value;
  }
  pass.bound += bound;
  pass.ancestors.pop();
  return Object.freeze(copy);
};

const copyArray = (array: ReadonlyArray<unknown>, pass: CopyPass): Json | undefined => {
  const length = array.length;
  // All elements and `length`: fewer are holes, more are properties that JSON leaves out.
  if (hasOtherThan(array, length + 1)) return pass.refuse(unlikeJsonArray);
  if (pass.ancestors.length >= pass.maxDepth) return pass.refuse(depthFault(pass.maxDepth));
  pass.ancestors.push(array);
  const copy: Array<Json> = [];
  for (let i = 0; i < length; i += 1) {
    pass.key = i;
    const item = array[i];
    if (item === undefined && !Object.hasOwn(array, i)) return pass.refuse(unlikeJsonArray);
    const value = copyValue(item, pass);
    if (value === undefined) return undefined;
    copy.push(value);
  }
  pass.bound += length + 2;
  pass.ancestors.pop();
  return Object.freeze(copy);
};

const copyValue = (value: unknown, pass: CopyPass): Json | undefined => {
  switch (typeof value) {
    case 'string':
      pass.bound += stringBound(value);
      return isWellFormed(value) ? value : pass.refuse(surrogateFault);
    case 'number':
      pass.bound += scalarBound;
      if (isSafeNumber(value)) return value === 0 ? 0 : value;
      break;
    case 'boolean':
      pass.bound += scalarBound;
      return value;
    case 'object':
      pass.bound += scalarBound;
      return value === null ? null : copyNested(value, pass);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      break;
  }
  return pass.refuse(scalarFault(value) ?? notPlain);
};

const copyNested = (value: object, pass: CopyPass): Json | undefined => {
  if (pass.ancestors.includes(value)) return pass.refuse(cycle);
  const { key } = pass;
  pass.keys.push(key ?? '');
  pass.key = undefined;
  const copy = isPlainArray(value)
    ? copyArray(value, pass)
    : isPlainObject(value)
      ? copyObject(value, pass)
      : pass.refuse(notPlain);
  pass.keys.pop();
  pass.key = key;
  return copy;
};

/** Whether an object has other than so many properties, hidden ones and symbols counted (faster than Reflect.ownKeys). */
const hasOtherThan = (object: object, count: number): boolean =>
  Object.getOwnPropertyNames(object).length !== count || Object.getOwnPropertySymbols(object).length > 0;

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
