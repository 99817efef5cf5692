import type { Json, JsonObject } from './Json.js';

/**
 * Whether two JSON values are the same, whatever the order of their keys.
 *
 * @category predicates
 */
export const jsonEquals = (a: Json, b: Json): boolean => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => jsonEquals(item, b[i] as Json));
  return !isArray(b) && objectsEqual(a, b);
};

const isArray = (value: ReadonlyArray<Json> | JsonObject): value is ReadonlyArray<Json> => Array.isArray(value);

const objectsEqual = (a: JsonObject, b: JsonObject): boolean => {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!Object.hasOwn(b, key) || !jsonEquals(a[key] as Json, b[key] as Json)) return false;
  return true;
};

/** Whether content is `{}`, which is how account data is deleted. @category predicates */
export const isEmptyContent = (content: JsonObject): boolean => {
  for (const key in content) if (Object.hasOwn(content, key)) return false;
  return true;
};

/** The content of what was deleted. @category constants */
export const emptyContent: JsonObject = Object.freeze({});
