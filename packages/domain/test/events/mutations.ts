import * as fc from 'fast-check';

type Mutation = (value: unknown) => unknown;

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e400,
  Number.NaN,
  2 ** 53,
  '',
  'x',
  '01',
  '7',
  '@a:b',
  '!r',
  '!r:b',
  'a\0',
  '\ud800',
  [],
  {},
  { kind: 'user', id: 'x' },
  [1],
);

const at = (value: unknown, path: ReadonlyArray<number>, replacement: unknown, remove: boolean): unknown => {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  if (key === undefined) return replacement;
  const entries = Object.entries(value).flatMap(([name, item]: [string, unknown]): Array<[string, unknown]> => {
    if (name !== key) return [[name, item]];
    return remove && rest.length === 0 ? [] : [[name, at(item, rest, replacement, remove)]];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
};

/** Leaves a value as it is, or replaces or removes something in it. The value itself is not changed. */
export const arbitraryMutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Mutation>((value) => structuredClone(value)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }), odd, fc.boolean())
      .map(
        ([path, replacement, remove]): Mutation =>
          (value) =>
            at(structuredClone(value), path, replacement, remove),
      ),
  },
);
