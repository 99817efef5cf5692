import type { StoredJson } from './Event.js';

const isDeeplyFrozen = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (!Object.isFrozen(value)) return false;
  for (const key in value) {
    const child: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof child === 'object' && child !== null && !isDeeplyFrozen(child)) return false;
  }
  return true;
};

const freezeDeeply = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const child of Object.values(value)) freezeDeeply(child);
  Object.freeze(value);
};

/**
 * The same JSON as a value that nobody can change: the object itself where it is deeply frozen already,
 * a frozen copy where it is not.
 *
 * @category combinators
 */
export const frozenJson = (json: StoredJson): StoredJson => {
  if (isDeeplyFrozen(json)) return json;
  const copy = JSON.parse(JSON.stringify(json)) as StoredJson;
  freezeDeeply(copy);
  return copy;
};
