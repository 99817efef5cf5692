import * as E from 'fp-ts/lib/Either.js';
import { type InvalidInput, invalidInput } from '../Errors.js';
import type { JsonObject } from '../json/Json.js';
import type { JsonFault } from '../json/JsonFault.js';
import type { JsonLimits } from '../json/JsonLimits.js';

/** Makes content of an untrusted value: `copyJsonObject` or `checkParsedJson`. @category model */
export type ContentReader = (value: unknown, limits: JsonLimits) => E.Either<JsonFault, JsonObject>;

/** The `content` of a request, with faults as errors of the request. */
export const readContent = (
  value: unknown,
  limits: JsonLimits,
  read: ContentReader,
): E.Either<InvalidInput, JsonObject> => {
  const content = read(value, limits);
  return E.isRight(content)
    ? content
    : E.left(invalidInput(content.left.code, `/content${content.left.path}`, content.left.message));
};
