import type { UserId } from '@account-data/domain';
import { isUserId } from '@account-data/domain';
import type { Principal } from '../auth/Principal.js';
import type { MatrixError } from './MatrixError.js';
import { matrixError } from './MatrixError.js';

const otherUser = matrixError(403, 'M_FORBIDDEN', 'This token gives no access to the account data of that user.');
const readOnly = matrixError(403, 'M_FORBIDDEN', 'This token may read and not change account data.');
const masquerade = matrixError(403, 'M_FORBIDDEN', 'This token can\'t act for the user in ?user_id=.');
const malformedUser = matrixError(400, 'M_INVALID_PARAM', 'Not a Matrix user ID: expected "@localpart:server.name".');
const noUser = matrixError(403, 'M_FORBIDDEN', 'This token stands for no user. Name one with ?user_id=.');

const isMatrixError = (value: UserId | MatrixError): value is MatrixError => typeof value !== 'string';

export { isMatrixError };

/**
 * Whose account data a request is about, if its token gives access to it. `path` is the user ID in the path;
 * `asserted` the query's `user_id`, by which a service or admin acts as that user, as application services do.
 */
export const userOfPath = (
  principal: Principal,
  path: string,
  asserted: unknown,
  access: 'read' | 'write',
): UserId | MatrixError => {
  if (access === 'write' && principal.role === 'auditor') return readOnly;
  if (asserted !== undefined) {
    const acting = actingUser(principal, asserted);
    if (isMatrixError(acting)) return acting;
    if (acting === path) return acting;
    return isUserId(path) ? otherUser : malformedUser;
  }
  if (path === principal.userId) return principal.userId;
  if (!isUserId(path)) return malformedUser;
  return principal.role === 'user' ? otherUser : path;
};

/** The user that a request acts as where its path names none: `?user_id=`, or the token's own. */
export const actingUser = (principal: Principal, asserted: unknown): UserId | MatrixError => {
  if (asserted === undefined) return principal.userId ?? noUser;
  if (typeof asserted !== 'string' || !isUserId(asserted)) return malformedUser;
  if (asserted === principal.userId) return asserted;
  return principal.role === 'service' || principal.role === 'admin' ? asserted : masquerade;
};
