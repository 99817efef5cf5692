import * as fc from 'fast-check';

/** JSON text of objects, many of which hold something that content must not hold. */
const faultyScalars = fc.constantFrom('1e400', '-1e400', '9007199254740992', '"\\ud800"', '"\\udc00x"');
const soundScalars = fc.constantFrom('0', '-0', '1', '-1.5', '9007199254740991', '"text"', '"\\u0000"', '"\\ud83d\\ude00"', 'true', 'null');
const key = fc.constantFrom('"a"', '"b"', '"__proto__"', '"~/"', '"é"', '"\\ud800"', '"constructor"');

const { object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    { weight: 5, arbitrary: soundScalars },
    { weight: 1, arbitrary: faultyScalars },
    { weight: 3, arbitrary: tie('object') },
    { weight: 2, arbitrary: tie('array') },
  ),
  object: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((entries) => `{${entries.map(([name, value]) => `${name}:${value}`).join(',')}}`),
  array: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
}));

export const arbitraryFaultyText: fc.Arbitrary<string> = object;
