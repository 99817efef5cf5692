import * as E from 'fp-ts/lib/Either.js';
import type { AccountDataEngine } from '@account-data/engine';
import { logToken, parseLogToken } from '../http/LogToken.js';
import { problem } from './Problem.js';
import type { Problem } from './Problem.js';

/**
 * Cursors of lists: the log they belong to, which list, and where to go on. Opaque to clients; one of another log or
 * another list is refused, and so is one of a history that the log lost. It holds `[log id, list, place, where the server was]`;
 * older ones lack the last.
 */

/** The log that cursors are of. @category model */
export type CursorLog = Pick<AccountDataEngine, 'logId' | 'position' | 'epochAt' | 'givenUpTo' | 'placeOf'>;

/** The cursor that goes on with a list behind `place`. @category constructors */
export const makeCursor = (engine: CursorLog, list: string, place: string): string =>
  Buffer.from(JSON.stringify([engine.logId, list, place, logToken(engine.position(), engine)]), 'utf8').toString('base64url');

/** The place of a cursor. @category destructors */
export const readCursor = async (engine: CursorLog, list: string, cursor: string): Promise<E.Either<Problem, string>> => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return E.left(notACursor);
  }
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return E.left(notACursor);
  const [log, of, place, token] = value as ReadonlyArray<unknown>;
  if (typeof log !== 'string' || typeof place !== 'string' || of !== list) return E.left(notACursor);
  if (log !== engine.logId) return E.left(problem('other_log', 'The cursor belongs to another log.'));
  if (token === undefined) return E.right(place);
  const at = typeof token === 'string' ? parseLogToken(token, log) : undefined;
  if (at === undefined || E.isLeft(at)) return E.left(notACursor);
  const found = await engine.placeOf(at.right.position, at.right.epoch);
  return found === 'lost' ? E.left(problem('position_lost', 'The cursor is of a history that the log lost.')) : E.right(place);
};

/** The problem where a cursor is none of this list. @category errors */
export const notACursor: Problem = {
  code: 'invalid_request',
  errors: [{ path: '/query/cursor', message: 'expected the `next` of an earlier answer of this list' }],
};
