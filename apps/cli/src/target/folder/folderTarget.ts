import { type Actor, defaultLimits, liveEntry, parseAccountDataType, parseRoomId, parseRoomIdOrNull } from '@account-data/domain';
import type { AccountDataLog } from '@account-data/engine/log';
import type { EventStore } from '@account-data/event-store';
import type { Target } from '../Target.js';
import { answerOf, valueOf } from './folderError.js';
import { folderAccessLog } from './folderAccessLog.js';
import { folderFeed } from './folderFeed.js';
import { folderHistory } from './folderHistory.js';
import { folderRooms } from './folderRooms.js';
import { folderUsers } from './folderUsers.js';
import { folderTimeTravel } from './folderTimeTravel.js';

/** The log itself, read and written without a server's help: `await` and `signal` of a change say nothing to it. */
export const folderTarget = (log: AccountDataLog, store: EventStore, actor: Actor): Target => {
  const made = <O extends object>(options: O): O & { readonly actor: Actor; readonly await: 'appended' } => ({ ...options, actor, await: 'appended' });
  return {
    set: (userId, roomId, type, content, options = {}) => answerOf(log.tasks.setAccountData(userId, roomId, type, content, made(options))),
    delete: (userId, roomId, type, options = {}) => answerOf(log.tasks.deleteAccountData(userId, roomId, type, made(options))),
    setTag: (userId, roomId, tag, content, options = {}) => answerOf(log.tasks.setTag(userId, roomId, tag, content, made(options))),
    removeTag: (userId, roomId, tag, options = {}) => answerOf(log.tasks.removeTag(userId, roomId, tag, made(options))),
    get: async (userId, roomId, type) => {
      const [room, name] = [valueOf(parseRoomIdOrNull(roomId)), valueOf(parseAccountDataType(type, defaultLimits))];
      const entry = liveEntry(await answerOf(log.state(userId)), room, name);
      return entry === undefined ? undefined : { roomId: room, type: name, content: entry.content, revision: entry.revision };
    },
    ...folderTimeTravel(log),
    ...folderHistory(log),
    ...folderFeed(log, store),
    ...folderUsers(log),
    ...folderAccessLog(log),
    ...folderRooms(store, log.names, (text) => valueOf(parseRoomId(text))),
  };
};
