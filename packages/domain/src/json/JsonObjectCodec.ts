import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { JsonObject } from './Json.js';
import { storedJsonLimits } from './JsonLimits.js';
import { copyJsonObject } from './copyJsonObject.js';

/**
 * Any JSON object that {@link copyJsonObject} takes, whatever its size, as a frozen copy. Errors of this codec say what
 * was wrong without the value, but io-ts keeps the value in `ValidationError.value`: don't print that.
 *
 * @category codecs
 */
export const JsonObjectCodec: t.Type<JsonObject> = new t.Type<JsonObject>(
  'JsonObject',
  (value): value is JsonObject => E.isRight(copyJsonObject(value, storedJsonLimits)),
  (value, context) => {
    const copy = copyJsonObject(value, storedJsonLimits);
    return E.isRight(copy)
      ? t.success(copy.right)
      : t.failure(value, context, `${copy.left.path === '' ? '' : `${copy.left.path}: `}${copy.left.message}`);
  },
  t.identity,
);
