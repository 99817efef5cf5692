import { type ObjectForm, type ObjectMember, type ObjectOf, type RecordCodec, objectCodec, objectMembers, snakeCase, unknownName } from '@account-data/domain';
import { durationOf, durationText } from '@account-data/runtime';
import * as t from 'io-ts';

/** What the reference of the configuration tells of a codec besides its name, which says what a value must be. @category model */
export interface Told {
  /** What it is for. */
  readonly description?: string;
  /** Of a section, or of each item of a list of them. */
  readonly settings?: ReadonlyArray<ObjectMember>;
}

const told = new WeakMap<t.Mixed, Told>();

/** What is told of a codec. @category destructors */
export const toldOf = (codec: t.Mixed): Told => told.get(codec) ?? {};

/** A codec with what its values are for. @category combinators */
export const about = <A, O>(description: string, codec: t.Type<A, O, unknown>): t.Type<A, O, unknown> => {
  const described = new t.Type<A, O, unknown>(codec.name, codec.is, codec.validate, codec.encode);
  told.set(described, { ...toldOf(codec), description });
  return described;
};

const ofTheFile: ObjectForm = {
  unknown: 'refused',
  nameOf: snakeCase,
  nullIsAbsent: true,
  notAnObject: 'must be a mapping of settings',
  notKnown: (name, known) => `is not a setting. ${unknownName(name, known)}`,
};

/**
 * A section of the configuration: a mapping whose keys are all known, `maxDepth` of a program being `max_depth` in the
 * file where `names` says nothing else. Unknown keys are errors that name the nearest known one, because a misspelt
 * setting must not be ignored. A key without a value (`modules:`) counts as absent. Failures carry a whole sentence as
 * their message.
 *
 * @category constructors
 */
export const section = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  names: { readonly [K in keyof R | keyof O]?: string } = {},
): RecordCodec<ObjectOf<R, O>> => {
  const exceptions = new Map<string, string | undefined>(Object.entries(names));
  const form = { ...ofTheFile, nameOf: (property: string) => exceptions.get(property) ?? snakeCase(property) };
  const codec = objectCodec(name, required, optional, form);
  told.set(codec, { settings: objectMembers(required, optional, form) });
  return codec;
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

/**
 * A time within bounds that are milliseconds, as it is inside; written `500ms`, `30s`, `5m` or `1h`. A number alone is
 * seconds, as in the files of versions before this form.
 *
 * @category constructors
 */
export const duration = (minimum: number, maximum: number): t.Type<number, string, unknown> => {
  const expectation = `a time from ${durationText(minimum)} to ${durationText(maximum)}, written as 500ms, 30s, 5m or 1h`;
  return new t.Type<number, string, unknown>(
    expectation,
    t.number.is,
    (value, context) => {
      const time = durationOf(value, 1_000);
      return time === undefined || time < minimum || time > maximum ? t.failure(value, context, `must be ${expectation}`) : t.success(time);
    },
    durationText,
  );
};

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
  const list = new t.Type<ReadonlyArray<A>, unknown>(
    `a list`,
    codec.is,
    (value, context) =>
      Array.isArray(value) ? codec.validate(value, context) : t.failure(value, context, 'must be a list (lines that begin with "- ")'),
    t.identity,
  );
  told.set(list, toldOf(item));
  return list;
};
