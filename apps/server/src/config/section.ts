import { nearestName } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

type SectionOf<P extends t.Props, R extends keyof P> = {
  readonly [K in Exclude<keyof P, R>]?: t.TypeOf<P[K]>;
} & { readonly [K in R]: t.TypeOf<P[K]> };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A section of the configuration: a mapping whose keys are all known. `t.strict` strips unknown keys silently;
 * here they are errors that name the nearest known key, because a misspelt setting must not be ignored.
 * A key without a value (`modules:`) counts as absent. Failures carry a whole sentence as their message.
 *
 * @category constructors
 */
export const section = <P extends t.Props, R extends keyof P = never>(
  name: string,
  properties: P,
  required: ReadonlyArray<R> = [],
): t.Type<SectionOf<P, R>, unknown> => {
  const known = new Map<string, t.Mixed>(Object.entries(properties));
  const needed = new Set<PropertyKey>(required);
  const validate: t.Validate<unknown, SectionOf<P, R>> = (input, context) => {
    if (!isRecord(input)) return t.failure(input, context, 'must be a mapping of settings');
    const errors: Array<t.ValidationError> = [];
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(input)) {
      const codec = known.get(key);
      if (codec === undefined) {
        errors.push({ value: undefined, context: [...context, { key, type: t.unknown }], message: unknownKey(key, known) });
        continue;
      }
      const value = input[key];
      if (value === null || value === undefined) continue;
      const decoded = codec.validate(value, [...context, { key, type: codec }]);
      if (E.isLeft(decoded)) errors.push(...decoded.left);
      else result[key] = decoded.right;
    }
    for (const key of known.keys()) {
      if (needed.has(key) && (input[key] === null || input[key] === undefined)) {
        errors.push({ value: undefined, context: [...context, { key, type: t.unknown }], message: 'is required' });
      }
    }
    return errors.length > 0 ? t.failures(errors) : t.success(result as SectionOf<P, R>);
  };
  return new t.Type<SectionOf<P, R>, unknown>(
    name,
    (value): value is SectionOf<P, R> => E.isRight(validate(value, [])),
    validate,
    t.identity,
  );
};

const unknownKey = (key: string, known: ReadonlyMap<string, unknown>): string => {
  const near = nearestName(key, known.keys());
  return near === undefined
    ? `is not a setting. Known here: ${[...known.keys()].join(', ')}`
    : `is not a setting. Did you mean '${near}'?`;
};

/** A codec of a plain value whose failure message says what is expected, in words. @category constructors */
export const setting = <A>(expectation: string, is: (value: unknown) => value is A): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(
    expectation,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context, `must be ${expectation}`)),
    t.identity,
  );

/** An integer within bounds. @category constructors */
export const integer = (minimum: number, maximum: number): t.Type<number, number, unknown> =>
  setting(
    `an integer from ${minimum} to ${maximum}`,
    (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum,
  );

/** A string that is not empty. @category constructors */
export const text: t.Type<string, string, unknown> = setting(
  'a string that is not empty (put it in quotes)',
  (value): value is string => typeof value === 'string' && value !== '',
);

/**
 * A string that is a secret, or holds one. A variable in it, which other programs would replace, would be the secret itself
 * here, known to everybody who knows the file.
 *
 * @category constructors
 */
export const secret: t.Type<string, string, unknown> = setting(
  'a string that is not empty (put it in quotes), and the value itself: a variable such as ${NAME} is not replaced',
  (value): value is string => text.is(value) && !/\$\{[^}]*\}|^\$[A-Z_][A-Z0-9_]*$/.test(value),
);

/** One of the words. @category constructors */
export const oneOf = <const A extends string>(words: ReadonlyArray<A>): t.Type<A, A, unknown> =>
  setting(`one of ${words.join(', ')}`, (value): value is A => words.some((word) => word === value));

/** A list; its items' paths are `[0]`, `[1]` and so on. @category constructors */
export const list = <A>(item: t.Type<A, unknown>): t.Type<ReadonlyArray<A>, unknown> => {
  const codec = t.readonlyArray(item);
  return new t.Type<ReadonlyArray<A>, unknown>(
    `a list`,
    codec.is,
    (value, context) =>
      Array.isArray(value) ? codec.validate(value, context) : t.failure(value, context, 'must be a list (lines that begin with "- ")'),
    t.identity,
  );
};
