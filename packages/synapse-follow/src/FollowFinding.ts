import type { FollowError } from './FollowError.js';

/** Something that was found, and what to do about it. @category model */
export interface FollowFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  /** SQL that sets it right, a statement each. */
  readonly statements: ReadonlyArray<string>;
}

/** What a homeserver can't be followed for. */
export const findingOf = ({ code, message, statements }: FollowError): FollowFinding => ({ severity: 'error', code, message, statements });
