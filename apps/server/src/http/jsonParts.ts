import { StreamedList } from '@account-data/service-api';

/** Whether a body has a list that is written as it is read. @category predicates */
export const isInParts = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && Object.values(body).some((value) => value instanceof StreamedList);

/** The text that `JSON.stringify` gives of an object with its lists whole, part by part. */
export async function* jsonParts(body: Readonly<Record<string, unknown>>): AsyncGenerator<string, void, void> {
  let separator = '{';
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    separator = ',';
    if (value instanceof StreamedList) yield* listParts(value.items);
    else yield JSON.stringify(value);
  }
  yield separator === '{' ? '{}' : '}';
}

/** The text of an array of items. */
export async function* listParts(items: AsyncIterable<unknown>): AsyncGenerator<string, void, void> {
  let separator = '[';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}
