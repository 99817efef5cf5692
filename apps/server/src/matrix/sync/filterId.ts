import * as E from 'fp-ts/lib/Either.js';

/**
 * Filter IDs hold the filter itself, as base64url of its JSON: nothing is stored, every server of a group knows every
 * ID, and it never expires. Matrix says only that an ID may not begin with `{`.
 */

/** In bytes of JSON: IDs go into URLs. */
export const maxFilterBytes = 4_096;

/** Undefined where the filter is too large. @category constructors */
export const filterIdOf = (filter: unknown): string | undefined => {
  const bytes = Buffer.from(JSON.stringify(filter), 'utf8');
  return bytes.length > maxFilterBytes ? undefined : bytes.toString('base64url');
};

/** The filter of an ID, as the JSON value it was made of. @category destructors */
export const filterOfId = (id: string): E.Either<'not_a_filter_id', unknown> => {
  if (!/^[A-Za-z0-9_-]+$/.test(id) || id.length > maxFilterBytes * 2) return E.left('not_a_filter_id');
  try {
    const value: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? E.right(value) : E.left('not_a_filter_id');
  } catch {
    return E.left('not_a_filter_id');
  }
};
