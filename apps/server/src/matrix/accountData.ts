import { isAccountDataType, isRoomId, maxNameBytes } from '@account-data/domain';
import type { Handle } from '../http/Admission.js';
import type { Exchange } from '../http/Exchange.js';
import type { MatrixContext } from './MatrixContext.js';
import type { MatrixError } from './MatrixError.js';
import { invalidRoom, matrixError } from './MatrixError.js';
import { changeOfUser, readingOfUser } from './ofUser.js';

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
  readonly roomId?: string;
  readonly type: string;
}

const pathOf = (exchange: Exchange): AccountDataPath => exchange.request.params as AccountDataPath;

const notFound = matrixError(404, 'M_NOT_FOUND', 'Account data not found.');
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
    get: readingOfUser(context, (exchange, user) => {
      const path = pathOf(exchange);
      const found = projection.getContentText(user, path.roomId ?? null, path.type);
      if (found === undefined) fail(exchange, absent(path));
      else responder.json(exchange, 200, found.text);
    }),

    put: changeOfUser(context, true, (exchange, user, options, content) => {
      const { roomId = null, type } = pathOf(exchange);
      return tasks.setAccountData(user, roomId, type, content, options);
    }),

    remove: changeOfUser(context, false, (exchange, user, options) => {
      const { roomId = null, type } = pathOf(exchange);
      return tasks.deleteAccountData(user, roomId, type, options);
    }),
  };
};
