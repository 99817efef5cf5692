import { deepStrictEqual } from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonFault, type JsonFaultCode, checkParsedJson, defaultLimits } from '@account-data/domain';
import { arbitraryJsonObject, parsedAgain } from '@account-data/domain/testing';
import { isDeeplyFrozen } from './frozen.js';
import { arbitraryFaultyText } from './faultyJson.js';

const check = (text: string, limits: Partial<typeof defaultLimits> = {}) =>
  checkParsedJson(JSON.parse(text), { ...defaultLimits, ...limits });

const refused = (code: JsonFaultCode, path: string) => E.left(expect.objectContaining({ _tag: 'JsonFault', code, path }));

/** Without -0, as JSON.stringify has it. */
const normalized = (text: string): unknown => JSON.parse(JSON.stringify(JSON.parse(text)));

/** What is wrong with parsed JSON, in the order of its text: the rules once more, without regard for speed. */
const naiveFaults = (value: unknown, path: string, depth: number, maxDepth: number): ReadonlyArray<readonly [JsonFaultCode, string]> => {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [['invalid_string', path]];
  if (typeof value === 'number') {
    const kept = Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) < 2 ** 53);
    return kept ? [] : [['unsafe_number', path]];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (depth > maxDepth) return [['content_too_deep', path]];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = `${path}/${key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return key.isWellFormed() ? naiveFaults(item, inner, depth + 1, maxDepth) : [['invalid_string', inner] as const];
  });
};

describe('content from JSON.parse', () => {
  it('is taken as it is, the same object, deeply frozen', () => {
    fc.assert(
      fc.property(arbitraryJsonObject, (content) => {
        const parsed = parsedAgain(content);
        const checked = checkParsedJson(parsed, defaultLimits);
        deepStrictEqual(checked, E.right(content));
        expect(E.isRight(checked) && checked.right).toBe(parsed);
        expect(isDeeplyFrozen(parsed)).toBe(true);
      }),
    );
  });

  it('may be checked again once frozen', () => {
    const content = JSON.parse('{"a":[0,{"b":-1}]}') as unknown;
    expect(E.isRight(checkParsedJson(content, defaultLimits))).toBe(true);
    expect(checkParsedJson(content, defaultLimits)).toStrictEqual(E.right({ a: [0, { b: -1 }] }));
  });

  it.each(['null', '[]', '[{}]', '"text"', '1', 'true'])('must be an object, not %s', (text) => {
    expect(check(text)).toStrictEqual(refused('invalid_content', ''));
  });

  it.each([
    ['{"a":1e400}', '/a'],
    ['{"a":-1e400}', '/a'],
    ['{"a":[1,9007199254740992]}', '/a/1'],
    ['{"a":{"b":9007199254740993}}', '/a/b'],
    ['{"a":-9007199254740992}', '/a'],
    ['{"a":1e300}', '/a'],
    ['{"a":9007199254740991.5}', '/a'],
  ])('may hold no number that parsing altered: %s', (text, path) => {
    expect(check(text)).toStrictEqual(refused('unsafe_number', path));
  });

  it.each(['{"a":9007199254740991}', '{"a":-9007199254740991}', '{"a":0.1}', '{"a":1e2}', '{"a":5e-324}', '{"a":1.5e-10}'])(
    'may hold %s',
    (text) => {
      expect(check(text)).toStrictEqual(E.right(JSON.parse(text)));
    },
  );

  it('has 0 for -0, as JSON text has it', () => {
    const checked = check('{"a":-0,"b":[-0],"__proto__":-0,"c":{"d":-0.0}}');
    expect(checked).toStrictEqual(E.right(JSON.parse('{"a":0,"b":[0],"__proto__":0,"c":{"d":0}}')));
  });

  it('keeps keys that objects have by themselves', () => {
    const text = '{"__proto__":{"constructor":{"toString":1}},"hasOwnProperty":null,"toJSON":"x","":"","0":[]}';
    const checked = check(text);
    expect(E.isRight(checked) && JSON.stringify(checked.right)).toBe(
      '{"0":[],"__proto__":{"constructor":{"toString":1}},"hasOwnProperty":null,"toJSON":"x","":""}',
    );
    expect(E.isRight(checked) && Object.getPrototypeOf(checked.right)).toBe(Object.prototype);
  });

  it('keeps NUL and any unicode, and refuses lone surrogates', () => {
    expect(check('{"\\u0000":"\\u0000\\u2028\\ud83d\\ude00"}')).toStrictEqual(E.right({ '\0': '\0\u2028😀' }));
    expect(check('{"a":["\\ud83d"]}')).toStrictEqual(refused('invalid_string', '/a/0'));
    expect(check('{"a":"\\ude00\\ud83d"}')).toStrictEqual(refused('invalid_string', '/a'));
    expect(check('{"a":{"\\ud83d":1}}')).toStrictEqual(refused('invalid_string', '/a/\ufffd'));
  });

  it('may be as deep as the limit', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const lists = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    for (const text of [nested, lists]) {
      expect(E.isRight(check(text(100)))).toBe(true);
      expect(check(text(101))).toStrictEqual(E.left(expect.objectContaining({ code: 'content_too_deep' })));
    }
    expect(check('{"a":{}}', { maxDepth: 1 })).toStrictEqual(refused('content_too_deep', '/a'));
    expect(check('{}', { maxDepth: 0 })).toStrictEqual(refused('content_too_deep', ''));
  });

  it('is refused, not overflowing the stack, however deep it is and whatever the limit says', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(check(deep, { maxDepth: Infinity })).toStrictEqual(
      E.left(expect.objectContaining({ code: 'content_too_deep' })),
    );
    const path = (check(deep) as E.Left<JsonFault>).left.path;
    expect(path.length).toBeLessThan(2_000);
  });

  it('may take as many bytes as the limit', () => {
    fc.assert(
      fc.property(arbitraryJsonObject, (content) => {
        const bytes = Buffer.byteLength(JSON.stringify(content));
        const within = checkParsedJson(parsedAgain(content), { maxDepth: 100, maxContentBytes: bytes });
        const beyond = checkParsedJson(parsedAgain(content), { maxDepth: 100, maxContentBytes: bytes - 1 });
        expect(E.isRight(within)).toBe(true);
        expect(beyond).toStrictEqual(refused('content_too_large', ''));
      }),
    );
  });

  it('is judged as by the plain rules', () => {
    fc.assert(
      fc.property(arbitraryFaultyText, fc.integer({ min: 1, max: 6 }), (text, maxDepth) => {
        const first = naiveFaults(JSON.parse(text), '', 1, maxDepth)[0];
        const checked = checkParsedJson(JSON.parse(text), { maxContentBytes: Infinity, maxDepth });
        if (first === undefined) deepStrictEqual(checked, E.right(normalized(text)));
        else expect(checked).toStrictEqual(refused(...first));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is not echoed by the error', () => {
    const checked = check('{"key":{"secret":"hunter2\\ud800","n":12345678901234567890}}');
    expect(JSON.stringify(checked)).not.toMatch(/hunter2|1234567/);
  });

  it('has long keys cut short in paths', () => {
    const checked = check(`{"${'k'.repeat(1_000)}":1e400}`) as E.Left<JsonFault>;
    expect(checked.left.path).toBe(`/${'k'.repeat(64)}…`);
  });
});
