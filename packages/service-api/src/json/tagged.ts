import * as t from 'io-ts';
import { jsonSchemaOf, withNamedSchema } from './jsonSchema.js';

const encodeAs = <C extends t.Mixed>(codec: C | undefined, value: t.TypeOf<C>): t.OutputOf<C> =>
  codec === undefined ? value : (codec.encode(value) as t.OutputOf<C>);

/**
 * One of several objects, told apart by the word under one key. Errors come from the alternative that was meant.
 *
 * @category constructors
 */
export const tagged = <C extends t.Mixed>(
  name: string,
  key: string,
  alternatives: Readonly<Record<string, C>>,
): t.Type<t.TypeOf<C>, t.OutputOf<C>, unknown> => {
  const byTag = new Map<unknown, C>(Object.entries(alternatives));
  const tagOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  const words = Object.keys(alternatives).join(', ');
  return withNamedSchema(
    name,
    new t.Type<t.TypeOf<C>, t.OutputOf<C>, unknown>(
      name,
      (value): value is t.TypeOf<C> => byTag.get(tagOf(value))?.is(value) === true,
      (value, context) => {
        if (typeof value !== 'object' || value === null) return t.failure(value, context, 'expected a JSON object');
        const codec = byTag.get(tagOf(value));
        if (codec !== undefined) return codec.validate(value, context);
        return t.failures([{ value: undefined, context: [...context, { key, type: t.unknown }], message: `expected one of ${words}` }]);
      },
      (value) => encodeAs(byTag.get(tagOf(value)), value),
    ),
    { oneOf: Object.values(alternatives).map(jsonSchemaOf), discriminator: { propertyName: key } },
  );
};
