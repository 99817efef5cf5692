import type { UserId } from '@account-data/domain';
import type { ChangeOptions, CommandError } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Handle } from '../http/Admission.js';
import type { Exchange } from '../http/Exchange.js';
import { parseJsonBody } from '../http/jsonBody.js';
import { isMatrixError, userOfPath } from './access.js';
import type { MatrixContext } from './MatrixContext.js';
import { changeOptionsOf, matrixErrorOfBody, queryOf } from './MatrixContext.js';
import { matrixError } from './MatrixError.js';
import { matrixErrorOf } from './matrixErrorOf.js';

type Path = Readonly<Record<'userId', string>>;

const userOf = (exchange: Exchange): string => (exchange.request.params as Path).userId;

/** Answers a read of what is a user's: of the user that the path names, if the token gives access to it. @category constructors */
export const readingOfUser =
  ({ fail }: MatrixContext, read: (exchange: Exchange, user: UserId) => void): Handle =>
  (exchange, { principal }) => {
    const user = userOfPath(principal, userOf(exchange), queryOf(exchange, 'user_id'), 'read');
    if (isMatrixError(user)) fail(exchange, user);
    else read(exchange, user);
  };

/** Matrix has none, and its answers no ETag: a change that was to be made under a condition is not made without. */
const conditional = matrixError(400, 'M_INVALID_PARAM', 'Matrix has no conditional changes. Send If-Match and If-None-Match to /v1, whose answers have ETags.');

/** A change of what is a user's. `content`: the body, parsed; undefined where it takes none. */
type Change = (exchange: Exchange, user: UserId, options: ChangeOptions, content: unknown) => TE.TaskEither<CommandError, unknown>;

/** Answers a change of what is a user's, as {@link readingOfUser}, with `{}` once it is made. @category constructors */
export const changeOfUser =
  (context: MatrixContext, takesBody: boolean, change: Change): Handle =>
  async (exchange, session) => {
    const { fail, responder } = context;
    const user = userOfPath(session.principal, userOf(exchange), queryOf(exchange, 'user_id'), 'write');
    if (isMatrixError(user)) {
      fail(exchange, user);
      return;
    }
    const { headers } = exchange.request;
    if (headers['if-match'] !== undefined || headers['if-none-match'] !== undefined) {
      fail(exchange, conditional);
      return;
    }
    const body = takesBody ? parseJsonBody(exchange.request.body) : E.right(undefined);
    if (E.isLeft(body)) {
      fail(exchange, matrixErrorOfBody(body.left));
      return;
    }
    const changed = await change(exchange, user, changeOptionsOf(context, exchange, session), body.right)();
    if (E.isLeft(changed)) fail(exchange, matrixErrorOf(changed.left));
    else responder.json(exchange, 200, '{}');
  };
