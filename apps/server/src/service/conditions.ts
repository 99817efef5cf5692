import type { ConditionalChangeOptions } from '@account-data/engine';
import { Revision } from '@account-data/event-store';
import type { AccountDataEntry } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type { IncomingHttpHeaders } from 'node:http';
import { problem } from './Problem.js';
import type { Problem } from './Problem.js';

/**
 * What a request demands of a key (RFC 9110, "Conditional Requests"): an ETag is the key's revision in quotes,
 * `If-Match: *` means that it has content, `If-None-Match: *` that it has none.
 *
 * @category model
 */
export type Condition = ConditionalChangeOptions['ifRevision'];

const etagForm = /^"(0|[1-9][0-9]{0,19})"$/;

/** The entity tag of a revision (RFC 9110). @category constructors */
export const etag = (revision: Revision): string => `"${String(revision)}"`;

/** The condition of a change. A weak or a list of ETags is refused: one key has one revision. @category destructors */
export const changeCondition = (headers: IncomingHttpHeaders): E.Either<Problem, Condition> => {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    return E.left(problem('invalid_request', 'Send If-Match or If-None-Match, not both.'));
  }
  if (ifNoneMatch !== undefined) {
    return ifNoneMatch.trim() === '*'
      ? E.right('absent')
      : E.left(problem('invalid_request', 'If-None-Match of a change must be *.'));
  }
  if (ifMatch === undefined) return E.right(undefined);
  if (ifMatch.trim() === '*') return E.right('present');
  const [, revision] = etagForm.exec(ifMatch.trim()) ?? [];
  return revision === undefined
    ? E.left(problem('invalid_request', 'If-Match must be * or one ETag of this API: a revision in quotes.'))
    : E.right(Revision(revision));
};

/** Whether a reader that sent `If-None-Match` holds what is there already. @category predicates */
export const isNotModified = (headers: IncomingHttpHeaders, entry: AccountDataEntry): boolean => {
  const held = headers['if-none-match'];
  if (held === undefined) return false;
  const current = etag(entry.revision);
  return held.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === current);
};
