import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** What an object codec decodes to: required and optional properties under their names in programs. @category model */
export type ObjectOf<R extends t.Props, O extends t.Props> = { readonly [K in keyof R]: t.TypeOf<R[K]> } & {
  readonly [K in keyof O]?: t.TypeOf<O[K]>;
};

/** An object of JSON or YAML. @category model */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A codec between an object of a program and its JSON. @category model */
export type RecordCodec<A> = t.Type<A, JsonRecord, unknown>;

/** How an object is written outside of programs, and what is said of one that is not written so. @category model */
export interface ObjectForm {
  /** What becomes of names that the codec does not know. */
  readonly unknown: 'refused' | 'passed over';
  /** The name outside of a property. */
  readonly nameOf: (property: string) => string;
  /** Whether a name without a value (`modules:` in YAML) counts as absent. */
  readonly nullIsAbsent: boolean;
  readonly notAnObject: string;
  /** Of a name that is not among the known ones. */
  readonly notKnown: (name: string, known: ReadonlyArray<string>) => string;
}

/** A property of an object codec. @category model */
export interface ObjectMember {
  readonly property: string;
  readonly name: string;
  readonly codec: t.Mixed;
  readonly isRequired: boolean;
}

/** The properties of an object in a form. @category destructors */
export const objectMembers = (required: t.Props, optional: t.Props, { nameOf }: Pick<ObjectForm, 'nameOf'>): ReadonlyArray<ObjectMember> => {
  const membersOf = (properties: t.Props, isRequired: boolean): ReadonlyArray<ObjectMember> =>
    Object.entries(properties).map(([property, codec]) => ({ property, name: nameOf(property), codec, isRequired }));
  return [...membersOf(required, true), ...membersOf(optional, false)];
};

/** `roomId` in a program is `room_id` in JSON and in the configuration. */
export const snakeCase = (property: string): string => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * An object whose properties are all known; all that is wrong with one is told, not the first fault alone. `t.strict`
 * strips unknown keys silently, and has the same names inside and outside.
 *
 * @category constructors
 */
export const objectCodec = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
  form: ObjectForm,
): RecordCodec<ObjectOf<R, O>> => {
  const members = objectMembers(required, optional, form);
  const byName = new Map(members.map((member) => [member.name, member]));
  const isAbsent = (value: unknown): boolean => value === undefined || (form.nullIsAbsent && value === null);
  const validate: t.Validate<unknown, ObjectOf<R, O>> = (input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return t.failure(input, context, form.notAnObject);
    const errors: Array<t.ValidationError> = [];
    const result: Record<string, unknown> = {};
    const fault = (key: string, message: string): unknown =>
      errors.push({ value: undefined, context: [...context, { key, type: t.unknown }], message });
    const needed = new Set(members.flatMap((member) => (member.isRequired ? [member.name] : [])));
    for (const [key, value] of Object.entries(input)) {
      const member = byName.get(key);
      if (member === undefined) {
        if (form.unknown === 'refused') fault(key, form.notKnown(key, [...byName.keys()]));
        continue;
      }
      if (isAbsent(value)) continue;
      needed.delete(key);
      const decoded = member.codec.validate(value, [...context, { key, type: member.codec }]);
      if (E.isLeft(decoded)) errors.push(...decoded.left);
      else result[member.property] = decoded.right;
    }
    for (const key of needed) fault(key, 'is required');
    return errors.length > 0 ? t.failures(errors) : t.success(result as ObjectOf<R, O>);
  };
  const is = (value: unknown): value is ObjectOf<R, O> =>
    typeof value === 'object' &&
    value !== null &&
    members.every(({ property, codec, isRequired }) => {
      const member: unknown = Reflect.get(value, property);
      return member === undefined ? !isRequired : codec.is(member);
    });
  const encode = (value: ObjectOf<R, O>): JsonRecord => {
    const result: Record<string, unknown> = {};
    for (const { property, name: key, codec } of members) {
      const member: unknown = Reflect.get(value, property);
      if (member !== undefined) result[key] = codec.encode(member);
    }
    return result;
  };
  return new t.Type(name, is, validate, encode);
};
