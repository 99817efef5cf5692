import { longestContent } from '@account-data/synapse-import';
import type { FollowedFault } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import { alteredBy } from './alteredBy.js';

/**
 * The content of a row, as JSON.parse gives it, where that loses nothing: numbers of other spelling (`1.0`, `1e2`), escapes and the
 * order of keys are the same JSON. Else what this log can't hold. Numbers beyond 2^53-1 and lone surrogates are found by who
 * takes the content.
 */
export const readContent = (text: string): E.Either<FollowedFault, Readonly<Record<string, unknown>>> => {
  if (text.length > longestContent) return fault('content_too_large', '', 'The content is larger than any limit.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('invalid_content', '', 'The content is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault('invalid_content', '', 'The content is not a JSON object.');
  try {
    // Mostly it is what we would write ourselves: then nothing can have been lost.
    const altered = JSON.stringify(value) === text ? undefined : alteredBy(text);
    if (altered !== undefined) return fault(altered.code, altered.path, altered.message);
  } catch (error) {
    // The stack's end: deeper than anything that is taken.
    if (error instanceof RangeError) return fault('content_too_deep', '', 'The content is nested too deeply.');
    throw error;
  }
  return E.right(value as Readonly<Record<string, unknown>>);
};

const fault = (code: string, path: string, message: string): E.Either<FollowedFault, never> =>
  E.left({ code, path: `/content${path}`, message });
