import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, isEmptyContent, jsonEquals } from '@account-data/domain';
import { arbitraryJson, arbitraryJsonObject, parsedAgain } from '@account-data/domain/testing';

const reversed = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__proto__').reverse());

describe('equality of JSON', () => {
  it('is that of values', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (a, b) => {
        expect(jsonEquals(a, b)).toBe(isDeepStrictEqual(a, b));
      }),
    );
    fc.assert(
      fc.property(arbitraryJsonObject, (a) => {
        expect(jsonEquals(a, parsedAgain(a) as JsonObject)).toBe(true);
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(arbitraryJsonObject, (a) => {
        const forwards = reversed(reversed(a));
        expect(jsonEquals(forwards, reversed(a))).toBe(true);
      }),
    );
  });

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: [] }, { a: {} }],
    [{ a: {} }, { a: [] }],
    [{ a: null }, { a: {} }],
    [{ a: '1' }, { a: 1 }],
    [{ toString: null }, { valueOf: null }],
    [JSON.parse('{"__proto__":{}}') as JsonObject, { a: {} }],
  ])('tells %j and %j apart', (a, b) => {
    expect(jsonEquals(a, b)).toBe(false);
    expect(jsonEquals(b, a)).toBe(false);
  });
});

describe('empty content', () => {
  it('is {} alone', () => {
    expect(isEmptyContent({})).toBe(true);
    expect(isEmptyContent({ a: null })).toBe(false);
    expect(isEmptyContent(JSON.parse('{"__proto__":1}') as JsonObject)).toBe(false);
  });
});
