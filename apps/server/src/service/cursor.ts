import * as E from 'fp-ts/lib/Either.js';
import { problem } from './Problem.js';
import type { Problem } from './Problem.js';

/**
 * Cursors of lists: the log they belong to, which list, and where to go on. Opaque to clients; one of another log or
 * another list is refused.
 */

/** @category constructors */
export const makeCursor = (logId: string, list: string, place: string): string =>
  Buffer.from(JSON.stringify([logId, list, place]), 'utf8').toString('base64url');

/** The place of a cursor. @category destructors */
export const readCursor = (logId: string, list: string, cursor: string): E.Either<Problem, string> => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return E.left(notACursor);
  }
  if (!Array.isArray(value) || value.length !== 3) return E.left(notACursor);
  const [log, of, place] = value as ReadonlyArray<unknown>;
  if (typeof log !== 'string' || typeof place !== 'string' || of !== list) return E.left(notACursor);
  return log === logId ? E.right(place) : E.left(problem('other_log', 'The cursor belongs to another log.'));
};

/** @category errors */
export const notACursor: Problem = {
  code: 'invalid_request',
  errors: [{ path: '/query/cursor', message: 'expected the `next` of an earlier answer of this list' }],
};
