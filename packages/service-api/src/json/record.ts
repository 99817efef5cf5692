import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nearestName } from '../nearestName.js';
import { jsonSchemaOf, withSchema } from './jsonSchema.js';

type RecordOf<R extends t.Props, O extends t.Props> = { readonly [K in keyof R]: t.TypeOf<R[K]> } & {
  readonly [K in keyof O]?: t.TypeOf<O[K]>;
};

/** An object of JSON. @category model */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A codec between an object of a program and its JSON. @category model */
export type RecordCodec<A> = t.Type<A, JsonRecord, unknown>;

/**
 * Names of properties in JSON that the rule does not give: a program's `roomId` is `room_id` in JSON.
 *
 * @category model
 */
export type Names<R extends t.Props, O extends t.Props> = { readonly [K in keyof R | keyof O]?: string };

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * An object of a request, whose properties are all known. One with an unknown property is refused: a misspelt condition
 * (`if_revison`) must not be ignored.
 *
 * @category constructors
 */
export const record = <R extends t.Props, O extends t.Props>(name: string, required: R, optional: O): RecordCodec<RecordOf<R, O>> =>
  objectOf(name, required, optional, { unknown: 'refused', nameOf: snakeCase });

/** The parameters of a path, which has them under their names in programs. @category constructors */
export const pathRecord = <R extends t.Props, O extends t.Props>(name: string, required: R, optional: O): RecordCodec<RecordOf<R, O>> =>
  objectOf(name, required, optional, { unknown: 'refused', nameOf: (property) => property });

/**
 * An object of an answer. Decoding passes over properties that it does not know: a newer server may say more.
 *
 * @category constructors
 */
export const answerRecord = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  names: Names<R, O> = {},
): RecordCodec<RecordOf<R, O>> => {
  const exceptions = new Map<string, string | undefined>(Object.entries(names));
  return objectOf(name, required, optional, { unknown: 'passed over', nameOf: (property) => exceptions.get(property) ?? snakeCase(property) });
};

interface ObjectForm {
  /** What becomes of properties that the codec does not know. */
  readonly unknown: 'refused' | 'passed over';
  /** The name in JSON of a property. */
  readonly nameOf: (property: string) => string;
}

interface Member {
  readonly property: string;
  readonly name: string;
  readonly codec: t.Mixed;
}

const objectOf = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  { unknown, nameOf }: ObjectForm,
): RecordCodec<RecordOf<R, O>> => {
  const members = [...Object.entries(required), ...Object.entries(optional)].map(
    ([property, codec]): Member => ({ property, name: nameOf(property), codec }),
  );
  const byName = new Map(members.map((member) => [member.name, member]));
  const needed = Object.keys(required).map(nameOf);
  const validate: t.Validate<unknown, RecordOf<R, O>> = (input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      return t.failure(input, context, 'expected a JSON object');
    }
    const errors: Array<t.ValidationError> = [];
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(input)) {
      const member = byName.get(key);
      if (member === undefined) {
        if (unknown === 'passed over') continue;
        const near = nearestName(key, byName.keys());
        errors.push({
          value: undefined,
          context: [...context, { key, type: t.unknown }],
          message: near === undefined ? 'is not known here' : `is not known here; did you mean "${near}"?`,
        });
        continue;
      }
      if (value === undefined) continue;
      const decoded = member.codec.validate(value, [...context, { key, type: member.codec }]);
      if (E.isLeft(decoded)) errors.push(...decoded.left);
      else result[member.property] = decoded.right;
    }
    for (const key of needed) {
      if (!Object.hasOwn(input, key)) {
        errors.push({ value: undefined, context: [...context, { key, type: t.unknown }], message: 'is required' });
      }
    }
    return errors.length > 0 ? t.failures(errors) : t.success(result as RecordOf<R, O>);
  };
  const is = (value: unknown): value is RecordOf<R, O> =>
    typeof value === 'object' &&
    value !== null &&
    members.every(({ property, codec }) => {
      const member: unknown = Object.getOwnPropertyDescriptor(value, property)?.value;
      return member === undefined ? !Object.hasOwn(required, property) : codec.is(member);
    });
  const encode = (value: RecordOf<R, O>): JsonRecord => {
    const result: Record<string, unknown> = {};
    for (const { property, name: key, codec } of members) {
      const member: unknown = Object.getOwnPropertyDescriptor(value, property)?.value;
      if (member !== undefined) result[key] = codec.encode(member);
    }
    return result;
  };
  return withSchema(new t.Type(name, is, validate, encode), {
    type: 'object',
    properties: Object.fromEntries(members.map(({ name: key, codec }) => [key, jsonSchemaOf(codec)])),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  });
};

/** One thing wrong with a request: where, and what was expected. Never the value. @category model */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

/**
 * What a codec found wrong, each with its place as a JSON pointer below `root`, without the value.
 *
 * @category destructors
 */
export const requestFaults = (errors: t.Errors, root: string): ReadonlyArray<RequestFault> =>
  errors.map(({ context, message }) => {
    let path = root;
    for (const { key } of context) if (key !== '') path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return { path, message: message ?? `expected ${context.at(-1)?.type.name ?? 'something else'}` };
  });
