import type { AccountDataManager, ModuleChangeOptions } from '../../api/DeliveryApi.js';
import type { AccountDataPort, ChangeCause } from '../../api/ports.js';

/** The account data manager on the engine's port. Each change names what `cause` says at that moment. */
export const accountDataManager = (
  port: AccountDataPort,
  cause: (options: ModuleChangeOptions | undefined) => ChangeCause,
): AccountDataManager =>
  Object.freeze<AccountDataManager>({
    // Async, so that what `cause` throws rejects.
    getGlobal: async (userId, type) => port.get(userId, null, type),
    putGlobal: async (userId, type, content, options) => port.set(userId, null, type, content, cause(options)),
    deleteGlobal: async (userId, type, options) => port.delete(userId, null, type, cause(options)),
    getRoom: async (userId, roomId, type) => port.get(userId, roomId, type),
    putRoom: async (userId, roomId, type, content, options) => port.set(userId, roomId, type, content, cause(options)),
    deleteRoom: async (userId, roomId, type, options) => port.delete(userId, roomId, type, cause(options)),
    getTags: async (userId, roomId) => port.tags(userId, roomId),
    setTag: async (userId, roomId, tag, content, options) => port.setTag(userId, roomId, tag, content, cause(options)),
    removeTag: async (userId, roomId, tag, options) => port.removeTag(userId, roomId, tag, cause(options)),
  });
