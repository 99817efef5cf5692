import * as t from 'io-ts';
import { jsonSchemaOf, withSchema } from './jsonSchema.js';

/** A JSON array of at most so many items. @category constructors */
export const listOf = <A, O>(item: t.Type<A, O, unknown>, maximum?: number): t.Type<ReadonlyArray<A>, ReadonlyArray<O>, unknown> => {
  const codec = t.readonlyArray(item);
  const schema = { type: 'array', items: jsonSchemaOf(item) };
  return withSchema(
    new t.Type<ReadonlyArray<A>, ReadonlyArray<O>, unknown>(
      'a list',
      codec.is,
      (value, context) => {
        if (!Array.isArray(value)) return t.failure(value, context, 'expected a list');
        if (maximum !== undefined && value.length > maximum) {
          return t.failure(value, context, `expected at most ${String(maximum)} items`);
        }
        return codec.validate(value, context);
      },
      codec.encode,
    ),
    maximum === undefined ? schema : { ...schema, maxItems: maximum },
  );
};
