import * as fc from 'fast-check';
import type { Json, JsonObject } from '../json/Json.js';

const arbitraryKey = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toJSON', '', '0', '~', '/', 'order', '\0', 'é') },
);

const arbitraryNumber = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ min: -1, max: 1, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(0, 0.1, 1.5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 5e-324, 4503599627370495.5),
);

/** Well formed, any Unicode, NUL too. */
const arbitraryText = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '\0', '\u{1f600}', '"\\\n', '\u2028', '\ufffd', '\uffff', '💩'.repeat(5)) },
);

/** An object as JSON.parse makes it: a key `__proto__` is a key like any other. */
const objectOf = (entries: ReadonlyArray<readonly [string, Json]>): JsonObject => {
  const object: { [key: string]: Json } = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
};

const { json, object } = fc.letrec<{ json: Json; object: JsonObject; array: ReadonlyArray<Json> }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    arbitraryText,
    arbitraryNumber,
    fc.boolean(),
    fc.constant(null),
    tie('object'),
    tie('array'),
  ),
  object: fc.array(fc.tuple(arbitraryKey, tie('json')), { maxLength: 5 }).map(objectOf),
  array: fc.array(tie('json'), { maxLength: 5 }),
}));

/** Any JSON that content may hold. Not frozen, and without `-0`. @category generators */
export const arbitraryJson: fc.Arbitrary<Json> = json;

/**
 * Any content. Not frozen, and without `-0`; made anew for each run. Keys like `constructor` and `__proto__` are among
 * it: compare with `deepStrictEqual` of `node:assert`, since vitest's `toStrictEqual` looks at `value.constructor`.
 *
 * @category generators
 */
export const arbitraryJsonObject: fc.Arbitrary<JsonObject> = object;

/** The same JSON as text would give it back, sharing nothing with what was given. */
export const parsedAgain = (value: JsonObject): unknown => JSON.parse(JSON.stringify(value));
