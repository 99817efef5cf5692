import { type JsonSchema, schemaName, undescribedSchema } from '@account-data/service-api';

/** The schemas of a document that have names: each stands in it once, and the others refer to it. @category model */
export interface NamedSchemas {
  /** A schema for a place in the document. @throws TypeError where two schemas have the same name */
  readonly refer: (schema: JsonSchema) => JsonSchema;
  /** Those that were referred to, by name. */
  readonly all: () => Readonly<Record<string, JsonSchema>>;
}

/** Makes {@link NamedSchemas}. Source: OpenAPI 3.1, “Components Object”. @category constructors */
export const makeNamedSchemas = (): NamedSchemas => {
  const originals = new Map<string, JsonSchema>();
  const written = new Map<string, JsonSchema>();
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    return Array.isArray(value) ? value.map(walk) : refer(value as JsonSchema);
  };
  const members = (schema: JsonSchema): JsonSchema => Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, walk(value)]));
  const refer = (schema: JsonSchema): JsonSchema => {
    const original = undescribedSchema(schema);
    const name = schemaName(original);
    if (name === undefined) return members(schema);
    const known = originals.get(name);
    if (known !== undefined && known !== original) throw new TypeError(`Two schemas have the name ${name}.`);
    if (known === undefined) {
      originals.set(name, original);
      written.set(name, members(original));
    }
    const reference = { $ref: `#/components/schemas/${name}` };
    return schema === original ? reference : { ...reference, description: schema['description'] };
  };
  return { refer, all: () => Object.fromEntries([...written].sort(([one], [other]) => (one < other ? -1 : 1))) };
};
