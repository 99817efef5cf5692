import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nearestName } from '../nearestName.js';
import { jsonSchemaOf, withSchema } from './jsonSchema.js';

type RecordOf<R extends t.Props, O extends t.Props> = { readonly [K in keyof R]: t.TypeOf<R[K]> } & {
  readonly [K in keyof O]?: t.TypeOf<O[K]>;
};

type OutputOf<R extends t.Props, O extends t.Props> = { readonly [K in keyof R]: t.OutputOf<R[K]> } & {
  readonly [K in keyof O]?: t.OutputOf<O[K]>;
};

/** What becomes of properties that a codec does not know. */
type Unknown = 'refused' | 'passed over';

/**
 * An object of a request, whose properties are all known. One with an unknown property is refused: a misspelt condition
 * (`if_revison`) must not be ignored.
 *
 * @category constructors
 */
export const record = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
): t.Type<RecordOf<R, O>, OutputOf<R, O>, unknown> => objectOf(name, required, optional, 'refused');

/**
 * An object of an answer. Decoding passes over properties that it does not know: a newer server may say more.
 *
 * @category constructors
 */
export const answerRecord = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
): t.Type<RecordOf<R, O>, OutputOf<R, O>, unknown> => objectOf(name, required, optional, 'passed over');

const objectOf = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  unknown: Unknown,
): t.Type<RecordOf<R, O>, OutputOf<R, O>, unknown> => {
  const properties = new Map<string, t.Mixed>([...Object.entries(required), ...Object.entries(optional)]);
  const needed = new Set(Object.keys(required));
  const validate: t.Validate<unknown, RecordOf<R, O>> = (input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return t.failure(input, context, 'expected a JSON object');
    }
    const errors: Array<t.ValidationError> = [];
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(input)) {
      const codec = properties.get(key);
      if (codec === undefined) {
        if (unknown === 'passed over') continue;
        const near = nearestName(key, properties.keys());
        errors.push({
          value: undefined,
          context: [...context, { key, type: t.unknown }],
          message: near === undefined ? 'is not known here' : `is not known here; did you mean "${near}"?`,
        });
        continue;
      }
      if (value === undefined) continue;
      const decoded = codec.validate(value, [...context, { key, type: codec }]);
      if (E.isLeft(decoded)) errors.push(...decoded.left);
      else result[key] = decoded.right;
    }
    for (const key of needed) {
      if (!Object.hasOwn(input, key)) {
        errors.push({ value: undefined, context: [...context, { key, type: t.unknown }], message: 'is required' });
      }
    }
    return errors.length > 0 ? t.failures(errors) : t.success(result as RecordOf<R, O>);
  };
  const encode = (value: RecordOf<R, O>): OutputOf<R, O> => {
    const result: Record<string, unknown> = {};
    for (const [key, codec] of properties) {
      const member: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      if (member !== undefined) result[key] = codec.encode(member);
    }
    return result as OutputOf<R, O>;
  };
  return withSchema(
    new t.Type<RecordOf<R, O>, OutputOf<R, O>, unknown>(
      name,
      (value): value is RecordOf<R, O> => E.isRight(validate(value, [])),
      validate,
      encode,
    ),
    {
      type: 'object',
      properties: Object.fromEntries([...properties].map(([key, codec]) => [key, jsonSchemaOf(codec)])),
      ...(needed.size === 0 ? {} : { required: [...needed] }),
      additionalProperties: false,
    },
  );
};

/** One thing wrong with a request: where, and what was expected. Never the value. @category model */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

/** @category destructors */
export const requestFaults = (errors: t.Errors, root: string): ReadonlyArray<RequestFault> =>
  errors.map(({ context, message }) => {
    let path = root;
    for (const { key } of context) if (key !== '') path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return { path, message: message ?? `expected ${context.at(-1)?.type.name ?? 'something else'}` };
  });
