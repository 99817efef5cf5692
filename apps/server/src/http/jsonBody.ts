import { isAscii, isUtf8 } from 'node:buffer';
import * as E from 'fp-ts/lib/Either.js';

/** Why a body is no JSON. @category errors */
export type JsonBodyFault = 'empty' | 'not_utf8' | 'not_json';

/**
 * A request body as JSON. Fastify's own parser refuses `__proto__` keys; `JSON.parse` makes own properties of them,
 * which is what they are here: data. Bytes that are not UTF-8 are refused, since decoding would replace them.
 * Numbers that parsing altered are found by the domain's check of the content.
 */
export const parseJsonBody = (body: unknown): E.Either<JsonBodyFault, unknown> => {
  if (!Buffer.isBuffer(body) || body.length === 0) return E.left('empty');
  const ascii = isAscii(body);
  if (!ascii && !isUtf8(body)) return E.left('not_utf8');
  try {
    return E.right(JSON.parse(body.toString(ascii ? 'latin1' : 'utf8')));
  } catch {
    return E.left('not_json');
  }
};
