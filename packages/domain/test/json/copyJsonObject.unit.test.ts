import { deepStrictEqual } from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonFaultCode, checkParsedJson, copyJsonObject, defaultLimits } from '@account-data/domain';
import { arbitraryJsonObject, parsedAgain } from '@account-data/domain/testing';
import { arbitraryFaultyText } from './faultyJson.js';
import { isDeeplyFrozen, objectsWithin } from './frozen.js';

const copy = (value: unknown) => copyJsonObject(value, defaultLimits);
const refused = (code: JsonFaultCode, path: string) => E.left(expect.objectContaining({ _tag: 'JsonFault', code, path }));

describe('content from a program', () => {
  it('is copied and frozen, and the original neither changed nor shared', () => {
    fc.assert(
      fc.property(arbitraryJsonObject, (content) => {
        const before = parsedAgain(content);
        const copied = copy(content);
        deepStrictEqual(copied, E.right(before));
        deepStrictEqual(content, before);
        if (E.isLeft(copied)) return;
        expect(isDeeplyFrozen(copied.right)).toBe(true);
        const originals = new Set(objectsWithin(content));
        for (const object of originals) expect(Object.isFrozen(object)).toBe(false);
        for (const object of objectsWithin(copied.right)) expect(originals.has(object)).toBe(false);
      }),
    );
  });

  it('is judged as content from JSON.parse is', () => {
    fc.assert(
      fc.property(arbitraryFaultyText, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 60 }), (text, maxDepth, maxContentBytes) => {
        const limits = { maxDepth, maxContentBytes };
        deepStrictEqual(copyJsonObject(JSON.parse(text), limits), checkParsedJson(JSON.parse(text), limits));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['undefined', { a: undefined }, '/a'],
    ['undefined in an array', { a: [1, undefined] }, '/a/1'],
    ['a function', { a: { b: () => 1 } }, '/a/b'],
    ['a symbol', { a: Symbol('s') }, '/a'],
    ['a symbol as key', { a: { [Symbol('s')]: 1 } }, '/a'],
    ['a hidden property', Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: false }), ''],
    ['a BigInt', { a: 1n }, '/a'],
    ['NaN', { a: Number.NaN }, '/a'],
    ['a Date', { a: new Date(0) }, '/a'],
    ['a Map', { a: new Map() }, '/a'],
    ['a boxed string', { a: Object('x') as unknown }, '/a'],
    ['a typed array', { a: new Uint8Array(2) }, '/a'],
    ['a class instance', { a: new (class Point { x = 1; })() }, '/a'],
    ['an object with a prototype of its own', { a: Object.create({ b: 1 }) as unknown }, '/a'],
    ['toJSON', { a: { toJSON: () => 1 } }, '/a/toJSON'],
    ['a hole', { a: [1, , 3] }, '/a'],
    ['a long hole', { a: new Array(4_000_000_000) }, '/a'],
    ['a named property of an array', { a: Object.assign([1], { b: 2 }) }, '/a'],
    ['a hole hidden by a named property', { a: Object.assign([1, , 3], { b: 2 }) }, '/a/1'],
    ['a subclass of Array', { a: new (class List extends Array<number> {})(0) }, '/a'],
    ['an error', { a: new Error('x') }, '/a'],
  ])('may not hold %s', (_name, value, path) => {
    expect(copy(value)).toStrictEqual(refused('invalid_content', path));
  });

  it.each([[null], [undefined], [[]], ['text'], [1n], [new Date(0)], [() => 1], [Symbol('s')], [new Map()]])(
    'must be a plain object',
    (value) => {
      expect(copy(value)).toStrictEqual(refused('invalid_content', ''));
    },
  );

  it.each([
    ['Infinity', { a: Infinity }, 'unsafe_number'],
    ['2^53', { a: 2 ** 53 }, 'unsafe_number'],
    ['a lone surrogate', { a: '\ud800' }, 'invalid_string'],
  ] as const)('may not hold %s', (_name, value, code) => {
    expect(copy(value)).toStrictEqual(refused(code, '/a'));
  });

  it('may not hold itself, however far away', () => {
    const near: Record<string, unknown> = {};
    near['self'] = near;
    expect(copy(near)).toStrictEqual(refused('invalid_content', '/self'));
    const far: Record<string, unknown> = { a: { b: [{}] } };
    (far['a'] as { b: Array<Record<string, unknown>> }).b[0] = { c: far['a'] };
    expect(copy(far)).toStrictEqual(refused('invalid_content', '/a/b/0/c'));
  });

  it('may hold the same object in several places', () => {
    const shared = { x: 1 };
    expect(copy({ a: shared, b: [shared, shared] })).toStrictEqual(E.right({ a: { x: 1 }, b: [{ x: 1 }, { x: 1 }] }));
  });

  it('has its getters read once, and refuses one that throws, with its path', () => {
    let reads = 0;
    const counted = {
      get a() {
        reads += 1;
        return reads;
      },
    };
    expect(copy(counted)).toStrictEqual(E.right({ a: 1 }));
    expect(reads).toBe(1);
    const throwing = {
      x: {
        y: [
          1,
          {
            get z(): number {
              throw new Error('hunter2');
            },
          },
        ],
      },
    };
    const copied = copy(throwing);
    expect(copied).toStrictEqual(refused('invalid_content', '/x/y/1/z'));
    expect(JSON.stringify(copied)).not.toContain('hunter2');
  });

  it('may be a proxy, which is refused where it throws', () => {
    expect(copy(new Proxy({ a: 1 }, {}))).toStrictEqual(E.right({ a: 1 }));
    const trap = () => {
      throw new Error('no');
    };
    for (const handler of [{ ownKeys: trap }, { getPrototypeOf: trap }, { get: trap }, { getOwnPropertyDescriptor: trap }]) {
      expect(copy({ a: new Proxy({ b: 1 }, handler) })).toStrictEqual(
        E.left(expect.objectContaining({ code: 'invalid_content', path: expect.stringMatching(/^\/a/) as unknown })),
      );
    }
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(copy({ a: revoked.proxy })).toStrictEqual(refused('invalid_content', '/a'));
    expect(copy(revoked.proxy)).toStrictEqual(refused('invalid_content', ''));
  });

  it('may come from another realm, or have no prototype', () => {
    const foreign = runInNewContext('({ a: [1, { b: null }] })') as unknown;
    expect(copy(foreign)).toStrictEqual(E.right({ a: [1, { b: null }] }));
    expect(copy(Object.assign(Object.create(null) as object, { a: 1 }))).toStrictEqual(E.right({ a: 1 }));
    expect(copy(runInNewContext('({ a: new Date(0) })'))).toStrictEqual(refused('invalid_content', '/a'));
  });

  it('keeps an own key __proto__ without changing any prototype', () => {
    const copied = copy(JSON.parse('{"a":{"__proto__":{"polluted":true}}}'));
    expect(E.isRight(copied) && JSON.stringify(copied.right)).toBe('{"a":{"__proto__":{"polluted":true}}}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('has 0 for -0', () => {
    expect(copy({ a: -0, b: [-0] })).toStrictEqual(E.right({ a: 0, b: [0] }));
  });

  it('is refused where it is deeper than the limit', () => {
    const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });
    expect(E.isRight(copy(nested(100)))).toBe(true);
    expect(copy(nested(101))).toStrictEqual(E.left(expect.objectContaining({ code: 'content_too_deep' })));
    expect(copyJsonObject(nested(5_000), { maxDepth: Infinity, maxContentBytes: Infinity })).toStrictEqual(
      E.left(expect.objectContaining({ code: 'content_too_deep' })),
    );
  });
});
