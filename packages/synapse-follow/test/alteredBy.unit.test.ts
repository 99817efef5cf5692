import * as E from 'fp-ts/lib/Either.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { alteredBy } from '../src/content/alteredBy.js';
import { readContent } from '../src/content/readContent.js';

test.each([
  ['{"a":1,"a":2}', 'duplicate_key', '/a'],
  ['{"x":{"a":1,"\\u0061":2}}', 'duplicate_key', '/x/a'],
  ['[{"a/b~":[0,9007199254740993]}]', 'inexact_number', '/0/a~1b~0/1'],
  ['{"n":1e400}', 'inexact_number', '/n'],
  ['{"n":0.1000000000000000055}', 'inexact_number', '/n'],
  ['{"n":-123456789012345678901}', 'inexact_number', '/n'],
])('%s would be altered', (text, code, path) => {
  expect(alteredBy(text)).toMatchObject({ code, path });
});

test.each(['{"n":1.0}', '{"n":1e2}', '{"n":-0.0}', '{ "a" : [ 1 , 2.50 ] , "b":{}}', '{"a":"\\u0000","b":"\\ud83d\\ude00"}', '{"b":1,"1":2}', '{"n":9007199254740992}', '{"n":1E+16}', '{"e":"\\"}{"}', '{"x":[true,false,null,[],""]}'])(
  '%s is kept as it is',
  (text) => {
    expect(alteredBy(text)).toBeUndefined();
    expect(readContent(text)).toEqual(E.right(JSON.parse(text)));
  },
);

test('any JSON that JavaScript wrote is kept, however it is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, space) => {
      expect(alteredBy(JSON.stringify(value, null, space))).toBeUndefined();
    }),
  );
});

test('a doubled key is found wherever it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, key) => {
      const name = JSON.stringify(key);
      expect(alteredBy(`[${JSON.stringify(value)},{${name}:0,${name}:${JSON.stringify(value)}}]`)?.code).toBe('duplicate_key');
    }),
  );
});

test.each([['null'], ['[]'], ['"a"'], ['{"a":NaN}'], ['{'], ['']])('%j is no content', (text) => {
  expect(readContent(text)).toMatchObject({ left: { code: 'invalid_content', path: '/content' } });
});
