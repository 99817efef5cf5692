import { type ObjectForm, type ObjectOf, type RecordCodec, nearestName, objectCodec, objectMembers, snakeCase } from '@account-data/domain';
import type * as t from 'io-ts';
import { jsonSchemaOf, withNamedSchema } from './jsonSchema.js';

export type { JsonRecord, RecordCodec } from '@account-data/domain';

/**
 * Names of properties in JSON that the rule does not give: a program's `roomId` is `room_id` in JSON.
 *
 * @category model
 */
export type Names<R extends t.Props, O extends t.Props> = { readonly [K in keyof R | keyof O]?: string };

const ofRequests: ObjectForm = {
  unknown: 'refused',
  nameOf: snakeCase,
  nullIsAbsent: false,
  notAnObject: 'expected a JSON object',
  notKnown: (name, known) => {
    const near = nearestName(name, known);
    return near === undefined ? 'is not known here' : `is not known here; did you mean "${near}"?`;
  },
};

/**
 * An object of a request, whose properties are all known. One with an unknown property is refused: a misspelt condition
 * (`if_revison`) must not be ignored.
 *
 * @category constructors
 */
export const record = <R extends t.Props, O extends t.Props>(name: string, required: R, optional: O): RecordCodec<ObjectOf<R, O>> =>
  described(name, required, optional, ofRequests);

/** The parameters of a path, which has them under their names in programs. @category constructors */
export const pathRecord = <R extends t.Props, O extends t.Props>(name: string, required: R, optional: O): RecordCodec<ObjectOf<R, O>> =>
  described(name, required, optional, { ...ofRequests, nameOf: (property) => property });

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
): RecordCodec<ObjectOf<R, O>> => {
  const exceptions = new Map<string, string | undefined>(Object.entries(names));
  return described(name, required, optional, {
    ...ofRequests,
    unknown: 'passed over',
    nameOf: (property) => exceptions.get(property) ?? snakeCase(property),
  });
};

const described = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  form: ObjectForm,
): RecordCodec<ObjectOf<R, O>> => {
  const members = objectMembers(required, optional, form);
  const needed = members.flatMap((member) => (member.isRequired ? [member.name] : []));
  return withNamedSchema(name, objectCodec(name, required, optional, form), {
    type: 'object',
    properties: Object.fromEntries(members.map((member) => [member.name, jsonSchemaOf(member.codec)])),
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
