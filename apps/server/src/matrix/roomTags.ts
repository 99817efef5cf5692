import { isRoomId } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { Exchange } from '../http/Exchange.js';
import type { Handle } from '../http/Admission.js';
import { parseJsonBody } from '../http/jsonBody.js';
import { isMatrixError, userOfPath } from './access.js';
import type { MatrixContext } from './MatrixContext.js';
import { changeOptionsOf, matrixErrorOfBody, queryOf } from './MatrixContext.js';
import { matrixError } from './MatrixError.js';
import { matrixErrorOf } from './matrixErrorOf.js';

/** GET, PUT and DELETE of room tags. Source: the Matrix client-server API, "Room Tagging". */
interface RoomTagHandlers {
  readonly list: Handle;
  readonly put: Handle;
  readonly remove: Handle;
}

interface RoomTagPath {
  readonly userId: string;
  readonly roomId: string;
  readonly tag: string;
}

const pathOf = (exchange: Exchange): RoomTagPath => exchange.request.params as RoomTagPath;

const invalidRoom = matrixError(400, 'M_INVALID_PARAM', 'Not a Matrix room ID: expected "!opaque_id:server.name" or "!opaque_id".');

/** The handlers of room tags. @category constructors */
export const roomTagHandlers = (context: MatrixContext): RoomTagHandlers => {
  const { engine, responder, fail } = context;
  return {
    list: (exchange, { principal }) => {
      const path = pathOf(exchange);
      const user = userOfPath(principal, path.userId, queryOf(exchange, 'user_id'), 'read');
      if (isMatrixError(user)) fail(exchange, user);
      else if (!isRoomId(path.roomId)) fail(exchange, invalidRoom);
      else responder.json(exchange, 200, JSON.stringify({ tags: engine.tags(user, path.roomId)?.tags ?? {} }));
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
      const change = await engine.tasks.setTag(user, path.roomId, path.tag, body.right, options)();
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
      const change = await engine.tasks.removeTag(user, path.roomId, path.tag, changeOptionsOf(context, exchange, session))();
      if (E.isLeft(change)) fail(exchange, matrixErrorOf(change.left));
      else responder.json(exchange, 200, '{}');
    },
  };
};
