import type { UserId } from '@account-data/domain';
import type { AccessFault } from '../access/Accesses.js';
import type { Principal } from '../auth/Principal.js';
import type { Handle } from '../http/Admission.js';
import type { Exchange } from '../http/Exchange.js';
import { actingUser, isMatrixError, userOfPath } from './access.js';
import { type MatrixContext, queryOf } from './MatrixContext.js';
import { type MatrixError, matrixError } from './MatrixError.js';

const refusals: Readonly<Record<AccessFault, MatrixError>> = {
  reason_malformed: matrixError(400, 'M_INVALID_PARAM', 'Account-Data-Reason must be 1 to 1,000 characters of UTF-8, percent-encoded.'),
  access_malformed: matrixError(400, 'M_INVALID_PARAM', 'Account-Data-Access must be export, or absent.'),
  reason_required: matrixError(403, 'M_FORBIDDEN', 'Say why you look at the data of others in the header Account-Data-Reason.'),
  access_not_noted: matrixError(503, 'M_UNKNOWN', 'It can\'t be noted who looks at the data of others, so that it is not shown. Try again.', 2_000),
};

type Whose = (principal: Principal, exchange: Exchange) => UserId | MatrixError;

/** The user that the path of a request names. */
export const ofPath: Whose = (principal, exchange) => userOfPath(principal, (exchange.request.params as { readonly userId: string }).userId, queryOf(exchange, 'user_id'), 'read');

/** The user that a request acts as. */
export const ofActing: Whose = (principal, exchange) => actingUser(principal, queryOf(exchange, 'user_id'));

/** A read whose reader is noted first, where the data is not theirs. What is to be refused, the handler refuses. */
export const notedRead =
  ({ accesses, fail }: Pick<MatrixContext, 'fail' | 'accesses'>, whose: Whose, handle: Handle): Handle =>
  (exchange, session) => {
    const user = whose(session.principal, exchange);
    const noted = isMatrixError(user) ? undefined : accesses.note(exchange, session.principal, 'data', user);
    if (noted === undefined) return handle(exchange, session);
    return noted.then(async (fault) => {
      if (fault === undefined) await handle(exchange, session);
      else fail(exchange, refusals[fault]);
    });
  };
