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

/**
 * An ETag of this API as it comes back. Proxies that compress answers on their way make it a weak one (nginx) or lengthen it
 * by the coding (Apache, Caddy); a revision names one content all the same.
 */
const etagForm = /^(?:W\/)?"(0|[1-9][0-9]{0,19})(?:-(?:gzip|br|zstd|deflate))?"$/;

/** The entity tag of a revision (RFC 9110). @category constructors */
export const etag = (revision: Revision): string => `"${String(revision)}"`;

/** The revisions of a list of ETags; undefined where one of them is none of this API. */
const revisionsOf = (list: string): ReadonlyArray<Revision> | undefined => {
  const revisions: Array<Revision> = [];
  for (const tag of list.split(',')) {
    const [, revision] = etagForm.exec(tag.trim()) ?? [];
    if (revision === undefined) return undefined;
    revisions.push(Revision(revision));
  }
  return revisions;
};

/** The condition of a change. @category destructors */
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
  const revisions = revisionsOf(ifMatch);
  if (revisions === undefined) return E.left(problem('invalid_request', 'If-Match must be *, or ETags of this API: revisions in quotes.'));
  return E.right(revisions.length === 1 ? revisions[0] : revisions);
};

/** Whether a reader that sent `If-None-Match` holds what is there already. @category predicates */
export const isNotModified = (headers: IncomingHttpHeaders, entry: AccountDataEntry): boolean => {
  const held = headers['if-none-match'];
  if (held === undefined) return false;
  return held.split(',').some((tag) => tag.trim() === '*' || etagForm.exec(tag.trim())?.[1] === String(entry.revision));
};
