import { isRoomId } from '@account-data/domain';
import type { Exchange } from '../http/Exchange.js';
import type { Handle } from '../http/Admission.js';
import type { MatrixContext } from './MatrixContext.js';
import { invalidRoom } from './MatrixError.js';
import { changeOfUser, readingOfUser } from './ofUser.js';

/** GET, PUT and DELETE of room tags. Source: the Matrix client-server API, "Room Tagging". */
interface RoomTagHandlers {
  readonly list: Handle;
  readonly put: Handle;
  readonly remove: Handle;
}

interface RoomTagPath {
  readonly roomId: string;
  readonly tag: string;
}

const pathOf = (exchange: Exchange): RoomTagPath => exchange.request.params as RoomTagPath;

/** The handlers of room tags. @category constructors */
export const roomTagHandlers = (context: MatrixContext): RoomTagHandlers => {
  const { engine, responder, fail } = context;
  return {
    list: readingOfUser(context, (exchange, user) => {
      const { roomId } = pathOf(exchange);
      if (!isRoomId(roomId)) fail(exchange, invalidRoom);
      else responder.json(exchange, 200, JSON.stringify({ tags: engine.tags(user, roomId)?.tags ?? {} }));
    }),

    put: changeOfUser(context, true, (exchange, user, options, content) => {
      const { roomId, tag } = pathOf(exchange);
      return engine.tasks.setTag(user, roomId, tag, content, options);
    }),

    remove: changeOfUser(context, false, (exchange, user, options) => {
      const { roomId, tag } = pathOf(exchange);
      return engine.tasks.removeTag(user, roomId, tag, options);
    }),
  };
};
