import * as t from 'io-ts';
import { jsonSchemaOf, withSchema } from './jsonSchema.js';

/** A list that is read while it is written. @category model */
export class StreamedList<A> {
  readonly items: AsyncIterable<A>;

  constructor(items: AsyncIterable<A>) {
    this.items = items;
  }

  map<B>(change: (item: A) => B): StreamedList<B> {
    const { items } = this;
    return new StreamedList(
      (async function* () {
        for await (const item of items) yield change(item);
      })(),
    );
  }
}

/** An answer whose lists may be streamed. @category model */
export type Streamed<A> = { readonly [K in keyof A]: A[K] extends ReadonlyArray<infer Item> ? A[K] | StreamedList<Item> : A[K] };

/** A JSON array of at most so many items. It encodes a {@link StreamedList}, too. @category constructors */
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
      // What is streamed is encoded item by item, as it is written.
      (list) => {
        const given: unknown = list;
        return given instanceof StreamedList ? (given.map(item.encode) as never) : codec.encode(list);
      },
    ),
    maximum === undefined ? schema : { ...schema, maxItems: maximum },
  );
};
