import * as t from 'io-ts';

/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it). @category model */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const schemas = new WeakMap<t.Mixed, JsonSchema>();

const names = new WeakMap<JsonSchema, string>();

const undescribed = new WeakMap<JsonSchema, JsonSchema>();

/**
 * Gives a codec the schema that its structure can't tell: brands, formats, bounds, descriptions.
 *
 * @category combinators
 */
export const withSchema = <C extends t.Mixed>(codec: C, schema: JsonSchema): C => {
  schemas.set(codec, schema);
  return codec;
};

/**
 * Gives a codec a schema with a name of its own: a document of many schemas has it once, and refers to it.
 *
 * @category combinators
 */
export const withNamedSchema = <C extends t.Mixed>(name: string, codec: C, schema: JsonSchema): C => {
  names.set(schema, name);
  return withSchema(codec, schema);
};

/** The name of a schema, where it has one. @category destructors */
export const schemaName = (schema: JsonSchema): string | undefined => names.get(schema);

/**
 * The same codec with a description of its own, without a full stop: what the value means in this place.
 *
 * @category combinators
 */
export const described = <A, O>(codec: t.Type<A, O, unknown>, description: string): t.Type<A, O, unknown> => {
  const schema = jsonSchemaOf(codec);
  const own = { ...schema, description };
  undescribed.set(own, undescribedSchema(schema));
  return withSchema(new t.Type<A, O, unknown>(codec.name, codec.is, codec.validate, codec.encode), own);
};

/** The schema that {@link described} was given, as its codec has it everywhere. @category destructors */
export const undescribedSchema = (schema: JsonSchema): JsonSchema => undescribed.get(schema) ?? schema;

/**
 * The JSON Schema of what a codec takes and gives as JSON. Throws for a codec it can't describe: give it a schema by
 * {@link withSchema}.
 *
 * @category destructors
 */
export const jsonSchemaOf = (codec: t.Mixed): JsonSchema => {
  const given = schemas.get(codec);
  if (given !== undefined) return given;
  if (codec instanceof t.StringType) return { type: 'string' };
  if (codec instanceof t.NumberType) return { type: 'number' };
  if (codec instanceof t.BooleanType) return { type: 'boolean' };
  if (codec instanceof t.UnknownType) return {};
  if (codec instanceof t.LiteralType) {
    const literal: t.LiteralC<string | number | boolean> = codec;
    return { const: literal.value };
  }
  throw new TypeError(`No JSON Schema is known for the codec ${codec.name}.`);
};
