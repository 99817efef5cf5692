import * as t from 'io-ts';

/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it). @category model */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const described = new WeakMap<t.Mixed, JsonSchema>();

/**
 * Gives a codec the schema that its structure can't tell: brands, formats, bounds, descriptions.
 *
 * @category combinators
 */
export const withSchema = <C extends t.Mixed>(codec: C, schema: JsonSchema): C => {
  described.set(codec, schema);
  return codec;
};

/**
 * The JSON Schema of what a codec takes and gives as JSON. Throws for a codec it can't describe: give it a schema by
 * {@link withSchema}.
 *
 * @category destructors
 */
export const jsonSchemaOf = (codec: t.Mixed): JsonSchema => {
  const given = described.get(codec);
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
