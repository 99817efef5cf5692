import { isAccountDataType, isRoomId, maxNameBytes } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { Handle } from '../http/Admission.js';
import { parseJsonBody } from '../http/jsonBody.js';
import type { Exchange } from '../http/Exchange.js';
import { isMatrixError, userOfPath } from './access.js';
import type { MatrixContext } from './MatrixContext.js';
import { changeOptionsOf, matrixErrorOfBody, queryOf } from './MatrixContext.js';
import type { MatrixError } from './MatrixError.js';
import { matrixError } from './MatrixError.js';
import { matrixErrorOf } from './matrixErrorOf.js';

/**
 * GET, PUT and DELETE of account data, global and of a room.
 * Source: the Matrix client-server API, "Client Config"; deletion by MSC3391.
 */
interface AccountDataHandlers {
  readonly get: Handle;
  readonly put: Handle;
  readonly remove: Handle;
}

interface AccountDataPath {
  readonly userId: string;
  readonly roomId?: string;
  readonly type: string;
}

const pathOf = (exchange: Exchange): AccountDataPath => exchange.request.params as AccountDataPath;

const notFound = matrixError(404, 'M_NOT_FOUND', 'Account data not found.');
const invalidRoom = matrixError(400, 'M_INVALID_PARAM', 'Not a Matrix room ID: expected "!opaque_id:server.name" or "!opaque_id".');
const invalidType = matrixError(400, 'M_INVALID_PARAM', `Not an account data type: at most ${String(maxNameBytes)} bytes, not empty, without NUL.`);

/** Why nothing was found: a malformed ID is told apart from data that is not there. */
const absent = ({ roomId, type }: AccountDataPath): MatrixError => {
  if (roomId !== undefined && !isRoomId(roomId)) return invalidRoom;
  return isAccountDataType(type) ? notFound : invalidType;
};

/** The handlers of account data. @category constructors */
export const accountDataHandlers = (context: MatrixContext): AccountDataHandlers => {
  const { engine, responder, fail } = context;
  const { projection, tasks } = engine;

  return {
    get: (exchange, { principal }) => {
      const path = pathOf(exchange);
      const user = userOfPath(principal, path.userId, queryOf(exchange, 'user_id'), 'read');
      if (isMatrixError(user)) {
        fail(exchange, user);
        return;
      }
      const found = projection.getContentText(user, path.roomId ?? null, path.type);
      if (found === undefined) fail(exchange, absent(path));
      else responder.json(exchange, 200, found.text);
    },

    put: async (exchange, session) => {
      const path = pathOf(exchange);
      const user = userOfPath(session.principal, path.userId, queryOf(exchange, 'user_id'), 'write');
      if (isMatrixError(user)) {
        fail(exchange, user);
        return;
      }
      const body = parseJsonBody(exchange.request.body);
      if (E.isLeft(body)) {
        fail(exchange, matrixErrorOfBody(body.left));
        return;
      }
      const options = changeOptionsOf(context, exchange, session);
      const change = await tasks.setAccountData(user, path.roomId ?? null, path.type, body.right, options)();
      if (E.isLeft(change)) fail(exchange, matrixErrorOf(change.left));
      else responder.json(exchange, 200, '{}');
    },

    remove: async (exchange, session) => {
      const path = pathOf(exchange);
      const user = userOfPath(session.principal, path.userId, queryOf(exchange, 'user_id'), 'write');
      if (isMatrixError(user)) {
        fail(exchange, user);
        return;
      }
      const options = changeOptionsOf(context, exchange, session);
      const change = await tasks.deleteAccountData(user, path.roomId ?? null, path.type, options)();
      if (E.isLeft(change)) fail(exchange, matrixErrorOf(change.left));
      else responder.json(exchange, 200, '{}');
    },
  };
};
